package dev.tidings.checker.bug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.history.Violation.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bugs, by what the service would do. */
final class Bugs {
    static final Map<String, Supplier<Bug>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("leaves an event out", () -> event((message, bug) -> List.of(), Rule.HOLE));
        ALL.put("sends an event twice", () -> event((message, bug) -> List.of(message, message), Rule.TWICE));
        ALL.put("alters a payload", () -> event(Bugs::altered, Rule.ALTERED));
        ALL.put("invents an event", () -> event(Bugs::invented, Rule.INVENTED));
        ALL.put("sends another channel's event", () -> event(Bugs::misdirected, Rule.ALTERED));
        ALL.put("exchanges two events", Reordering::new);
        ALL.put("leaks an event to another tenant", Leaking::new);
        ALL.put("numbers events anew on one connection", Renumbering::new);
        ALL.put("sends nothing any more", Silence::new);
        ALL.put("leaves out the beginning of a recovery", Recovery::new);
        ALL.put("announces a loss that is none", Needless::new);
        ALL.put("shows a wrong state", WrongState::new);
        ALL.put("acknowledges without storing", Unstored::new);
        ALL.put("acknowledges another place", OtherPlace::new);
        ALL.put("stores what it refuses", StoredThoughRefused::new);
        ALL.put("hides that everything is lost", HiddenLoss::new);
    }

    private Bugs() {}

    /** What to say instead of an event. */
    private interface Saying {
        List<JsonNode> instead(ObjectNode message, Bug bug);
    }

    private static Bug event(Saying saying, Rule rule) {
        return new Bug(rule, Rule.ORDER) {
            @Override
            List<JsonNode> say(ObjectNode message, Listener listener) {
                return isEvent(message) && strikes() ? saying.instead(message, this) : List.of(message);
            }
        };
    }

    private static List<JsonNode> altered(ObjectNode message, Bug bug) {
        ((ObjectNode) message.get("payload")).put("more", true);
        return List.of(message);
    }

    private static List<JsonNode> invented(ObjectNode message, Bug bug) {
        return List.of(message.put("id", "never-published"));
    }

    private static List<JsonNode> misdirected(ObjectNode message, Bug bug) {
        String channel = message.get("channel").asText();
        return List.of(message.put("channel", channel.substring(0, channel.length() - 1) + 'x'));
    }

    private static final class Reordering extends Bug {
        Reordering() {
            super(Rule.ORDER, Rule.HOLE);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            ObjectNode kept = listener.kept();
            if (kept != null && message.path("channel").equals(kept.path("channel"))) {
                listener.keep(null);
                return List.of(message, kept);
            }
            if (isEvent(message) && strikes()) {
                listener.keep(message);
                return List.of();
            }
            return List.of(message);
        }
    }

    private static final class Leaking extends Bug {
        private final AtomicReference<ObjectNode> ofRed = new AtomicReference<>();

        Leaking() {
            super(Rule.FOREIGN);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            if (isEvent(message) && listener.tenant().equals("red")) {
                ofRed.set(message);
            } else if (isEvent(message) && ofRed.get() != null && strikes()) {
                ObjectNode leaked = ofRed.get();
                message.set("id", leaked.get("id"));
                message.set("payload", leaked.get("payload"));
            }
            return List.of(message);
        }
    }

    private static final class Renumbering extends Bug {
        Renumbering() {
            super(Rule.MISPLACED, Rule.HOLE);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            if (isConfirmation(message) && strikesLate(listener)) {
                ObjectNode payload = (ObjectNode) message.get("payload");
                if (payload.has("offset")) {
                    payload.put("offset", payload.get("offset").asLong() + 1);
                }
            } else if (isEvent(message) && listener.isMarked()) {
                strike();
                message.put("offset", message.get("offset").asLong() + 1);
            }
            return List.of(message);
        }

        private boolean strikesLate(Listener listener) {
            listener.mark();
            return true;
        }
    }

    private static final class Silence extends Bug {
        Silence() {
            super(Rule.STUCK);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            boolean silent = isEvent(message) && message.get("channel").asText().endsWith("1");
            if (silent) {
                strike();
            }
            return silent ? List.of() : List.of(message);
        }
    }

    private static final class Recovery extends Bug {
        Recovery() {
            super(Rule.HOLE, Rule.RECOVERY);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            ObjectNode payload = (ObjectNode) message.path("payload");
            if (isConfirmation(message)
                    && payload.path("recovered").asBoolean()
                    && payload.path("replayed").asLong() > 0) {
                payload.put("replayed", payload.get("replayed").asLong() - 1);
                listener.mark();
            } else if (isEvent(message) && listener.isMarked() && !hasStruck()) {
                strike();
                return List.of();
            }
            return List.of(message);
        }
    }

    private static final class Needless extends Bug {
        Needless() {
            super(Rule.NEEDLESS);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            if (isConfirmation(message) && message.at("/payload/recovered").asBoolean()) {
                strike();
                ((ObjectNode) message.get("payload")).put("recovered", false).put("replayed", 0);
            }
            return List.of(message);
        }
    }

    private static final class WrongState extends Bug {
        WrongState() {
            super(Rule.STATE);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            if (isConfirmation(message) && message.at("/payload/state/data") instanceof ObjectNode data) {
                strike();
                data.put("more", true);
            }
            return List.of(message);
        }
    }

    private static final class Unstored extends Bug {
        Unstored() {
            super(Rule.LOST);
        }

        @Override
        @Nullable
        Answer answer(JsonNode body) {
            if (body.isArray() || body.path("event").asText().equals("check.mark") || !strikes()) {
                return null;
            }
            return new Answer(201, object().put("epoch", lastEpoch.get()).put("offset", 1_000_000));
        }

        private final AtomicReference<String> lastEpoch = new AtomicReference<>("");

        @Override
        Answer reply(Answer answer) {
            if (answer.body().has("epoch")) {
                lastEpoch.set(answer.body().get("epoch").asText());
            }
            return answer;
        }
    }

    private static final class OtherPlace extends Bug {
        OtherPlace() {
            super(Rule.MISPLACED, Rule.STORED_TWICE);
        }

        @Override
        Answer reply(Answer answer) {
            if (answer.body() instanceof ObjectNode body && body.has("offset") && strikes()) {
                body.put("offset", body.get("offset").asLong() + 1);
            }
            return answer;
        }
    }

    private static final class StoredThoughRefused extends Bug {
        StoredThoughRefused() {
            super(Rule.REFUSED);
        }

        @Override
        Answer reply(Answer answer) {
            if (!answer.body().path("results").isMissingNode()) {
                strike();
                ObjectNode error = object();
                error.putObject("error").put("code", "unavailable");
                ArrayNode results = JsonNodeFactory.instance.arrayNode();
                answer.body().path("results").forEach(result -> results.add(error));
                return new Answer(200, object().set("results", results));
            }
            return answer;
        }
    }

    /** Needs a service that does lose everything. */
    static final class HiddenLoss extends Bug {
        private final Map<String, String> epochs = new java.util.concurrent.ConcurrentHashMap<>();

        HiddenLoss() {
            super(Rule.SILENT_RESTART);
        }

        @Override
        List<JsonNode> say(ObjectNode message, Listener listener) {
            ObjectNode payload = (ObjectNode) message.path("payload");
            if (isConfirmation(message) && payload.has("epoch")) {
                String now = payload.get("epoch").asText();
                String before = epochs.putIfAbsent(
                        listener.tenant() + message.get("channel").asText(), now);
                if (before != null && !before.equals(now)) {
                    strike();
                    payload.put("epoch", before).put("recovered", true);
                }
            }
            return List.of(message);
        }
    }
}
