package dev.tidings.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Something that is to happen in a channel. */
public sealed interface Submission {
    ChannelKey key();

    /** The subject of the caller it comes from; null when it comes from the service itself, as from a poller. */
    @Nullable
    String publisher();

    /**
     * An event as it is.
     *
     * @param type dotted lower case, up to 128 characters
     * @param eventId the publisher's own id for it, an idempotency key; null to have one made
     * @param cause the id of what led to it, if anything did
     * @param publisher as in {@link Submission#publisher}
     */
    record Publish(
            ChannelKey key,
            String type,
            @Nullable String eventId,
            Json payload,
            @Nullable String cause,
            @Nullable String publisher)
            implements Submission {
        private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");

        /** @throws Invalid when the type or an id is not one, or a {@code state.changed} has a patch that is no object */
        public Publish {
            if (type.length() > 128 || !TYPE.matcher(type).matches()) {
                throw invalid("the event's type is in dotted lower case, such as project.phase.changed, of at most 128"
                        + " characters; found is " + Invalid.shown(type));
            }
            Ids.require(eventId, "event_id");
            Ids.require(cause, "cause");
            JsonNode patch = type.equals(Event.STATE_CHANGED) ? patchIn(payload) : null;
            if (patch != null && !patch.isObject()) {
                throw invalid("the patch of a state.changed is an object");
            }
        }

        /** One of the service itself. */
        public Publish(ChannelKey key, String type, @Nullable String eventId, Json payload, @Nullable String cause) {
            this(key, type, eventId, payload, cause, null);
        }

        /** The payload's member {@code patch}, if it has one. */
        @Nullable
        JsonNode patch() {
            return patchIn(payload);
        }

        private static @Nullable JsonNode patchIn(Json payload) {
            String text = payload.toString();
            // Spares most payloads from being parsed. A backslash may stand for any letter of the name.
            return text.contains("\"patch\"") || text.contains("\\")
                    ? payload.tree().get("patch")
                    : null;
        }

        private static Invalid invalid(String message) {
            return new Invalid(Invalid.What.MESSAGE, message);
        }
    }

    /**
     * A change of the channel's state. It becomes an event {@code state.changed} or {@code state.deleted}, or none when it
     * changes nothing.
     *
     * @param eventId as in {@link Publish}
     * @param cause likewise
     * @param publisher as in {@link Submission#publisher}
     */
    record Write(
            ChannelKey key,
            Change change,
            Precondition precondition,
            @Nullable String eventId,
            @Nullable String cause,
            @Nullable String publisher)
            implements Submission {
        /** @throws Invalid when an id is not one */
        public Write {
            Ids.require(eventId, "event_id");
            Ids.require(cause, "cause");
        }

        /** One of the service itself. */
        public Write(
                ChannelKey key,
                Change change,
                Precondition precondition,
                @Nullable String eventId,
                @Nullable String cause) {
            this(key, change, precondition, eventId, cause, null);
        }
    }

    /** What is to become of a state. */
    sealed interface Change {
        /** It is replaced by this object. */
        record Put(JsonNode document) implements Change {
            public Put {
                requireObject(document, "a state");
            }
        }

        /** It is merged with this object (RFC 7396). */
        record Patch(JsonNode patch) implements Change {
            public Patch {
                requireObject(patch, "a merge patch");
            }
        }

        /** It goes. */
        record Delete() implements Change {}

        private static void requireObject(JsonNode node, String what) {
            if (!node.isObject()) {
                throw new Invalid(Invalid.What.MESSAGE, what + " is a JSON object");
            }
        }
    }

    /** What ids that others choose may be. */
    final class Ids {
        private static final int LONGEST = 128;

        private Ids() {}

        static void require(@Nullable String id, String name) {
            if (id != null && !isId(id)) {
                throw new Invalid(
                        Invalid.What.MESSAGE,
                        name + " has 1 to " + LONGEST + " characters, none of them a space or a control character");
            }
        }

        private static boolean isId(String id) {
            return !id.isEmpty() && id.length() <= LONGEST && id.chars().allMatch(c -> c > ' ' && c != 127);
        }
    }

    /** What must hold of the present state for a write to be made. */
    sealed interface Precondition {
        /** Nothing. */
        record None() implements Precondition {}

        /** It changed last exactly there. */
        record ChangedAt(Position position) implements Precondition {}

        /** There is one. */
        record Exists() implements Precondition {}

        /** There is none. */
        record Absent() implements Precondition {}
    }
}
