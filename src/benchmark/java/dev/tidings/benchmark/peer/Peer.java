package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server that is measured. To add one: say whether it is installed, how it is started on a port, how a WebSocket subscribes
 * there and how a message is published; and list it in {@link Peers}.
 */
public interface Peer {
    /** What only some can do, and some scenarios need. */
    enum Ability {
        /** Messages can be published over HTTP, each with an answer. */
        PUBLISH_OVER_HTTP,
        /** Messages can be published over a WebSocket, each with an answer. */
        PUBLISH_OVER_WEBSOCKET,
        /** Several instances can share a Redis. */
        REDIS,
        /** A subscriber can be given what it missed. */
        RESUME,
        /** Many events can be published in one call of NDJSON. */
        NDJSON
    }

    /** What a server is started for. */
    enum Purpose {
        SPEED,
        /** Little memory is to be used, speed does not matter. */
        MEMORY
    }

    String name();

    /** What is missing to run it here, in a line; empty when nothing is. */
    Optional<String> missing();

    /** Which version of what. */
    String version();

    Set<Ability> abilities();

    /**
     * The command that starts it in the foreground.
     *
     * @param folder of its own, for what it needs; files of this server only
     * @param redis the port of a Redis on the loopback to share with other instances; 0 for none
     */
    Command command(int port, int redis, Path folder, Purpose purpose);

    /** How so many subscribe, each to the channel of its number. */
    Subscribing subscribing(int port, int count);

    /** How messages are published, in one of the ways it can. */
    Publishing publishing(int port, Way way);

    /** What channels are called; {@code {index}} is the number. */
    default String channels() {
        return "ch{index}";
    }

    /** How messages are published where the scenario does not say. */
    default Way usualWay() {
        return Way.HTTP;
    }

    /** Makes it give back memory that it does not need, where it can. */
    default void collectGarbage(Server server) {}

    /** What is worth recording about how it was started. */
    default String settings(Purpose purpose, Options options) {
        return "";
    }

    /** How to start a process. */
    record Command(List<String> words, Map<String, String> environment) {}
}
