package dev.tidings.checker.bug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.history.Violation.Rule;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a service with a bug would say instead of what it says. Each strikes once, after it has seen enough to do harm, but for those
 * that go on by nature.
 */
abstract class Bug {
    /** Events let through before. */
    private static final int SPARED = 40;

    private final Set<Rule> foundAs;
    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean struck;

    /** @param foundAs the rules by one of which it has to be found */
    Bug(Rule... foundAs) {
        this.foundAs = Set.of(foundAs);
    }

    Set<Rule> foundAs() {
        return foundAs;
    }

    boolean hasStruck() {
        return struck;
    }

    /** What one connection is told, in place of a message: any number of messages. Of one connection by one thread. */
    List<JsonNode> say(ObjectNode message, Listener listener) {
        return List.of(message);
    }

    /** Answers a call in place of the service; null to let it pass. */
    @Nullable
    Answer answer(JsonNode body) {
        return null;
    }

    /** What a publisher is told in place of the service's answer. */
    Answer reply(Answer answer) {
        return answer;
    }

    /** An HTTP answer. */
    record Answer(int status, JsonNode body) {}

    /** A connection, and what a bug remembers of it. */
    static final class Listener {
        private final String tenant;
        private @Nullable ObjectNode kept;
        private boolean marked;

        Listener(String tenant) {
            this.tenant = tenant;
        }

        String tenant() {
            return tenant;
        }

        @Nullable
        ObjectNode kept() {
            return kept;
        }

        void keep(@Nullable ObjectNode message) {
            kept = message;
        }

        boolean isMarked() {
            return marked;
        }

        void mark() {
            marked = true;
        }
    }

    static boolean isEvent(JsonNode message) {
        return message.path("type").asText().equals("message");
    }

    static boolean isConfirmation(JsonNode message) {
        return message.path("type").asText().equals("subscribed");
    }

    /** True once, for the first time that something happens after enough has been let through. */
    boolean strikes() {
        if (seen.incrementAndGet() > SPARED && !struck) {
            struck = true;
            return true;
        }
        return false;
    }

    void strike() {
        struck = true;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
