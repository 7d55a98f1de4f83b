package dev.tidings.log.redis;

import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.Head;
import io.vertx.redis.client.Response;
import java.util.Objects;

/** Reads what several scripts answer alike. */
final class Answers {
    private Answers() {}

    /** A head: epoch, newest, state_at, state_time, state, from this index on. */
    static Head head(Response answer, int from) {
        String epoch = answer.get(from).toString();
        long newest = number(answer.get(from + 1));
        Response state = answer.get(from + 4);
        return new Head(
                new Position(epoch, newest),
                state == null
                        ? null
                        : new State(
                                Json.trusted(state.toBytes()),
                                new Position(epoch, number(answer.get(from + 2))),
                                number(answer.get(from + 3))));
    }

    /** A number, whether Redis sent it as one or as a text. */
    static long number(Response number) {
        return Objects.requireNonNull(number.toLong());
    }

    /** The first of the two numbers of an entry's id. */
    static long first(String id) {
        return Long.parseLong(id, 0, id.indexOf('-'), 10);
    }

    /** The second of the two numbers of an entry's id. */
    static long second(String id) {
        return Long.parseLong(id, id.indexOf('-') + 1, id.length(), 10);
    }
}
