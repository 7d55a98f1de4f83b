package dev.tidings.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.Position;
import dev.tidings.log.Head;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Turns submissions into drafts: gives them ids and times, and works out what a state write changes. */
final class Drafting {
    private final Clock clock;
    private final EventIds ids;
    private final int stateBytes;
    private final NamespaceRules rules;

    Drafting(Clock clock, IntakeSettings settings) {
        this.stateBytes = settings.stateBytes();
        this.rules = settings.rules();
        this.clock = clock;
        this.ids = new EventIds(clock);
    }

    /**
     * What a write makes of a state.
     *
     * @param data the whole new state; null when it is gone
     */
    record StateChange(@Nullable Json data, Json patch, Json previous) {}

    Draft event(Submission.Publish publish) {
        return draft(publish, publish.type(), publish.eventId(), publish.payload(), publish.cause(), null);
    }

    /** @param expected as in {@link Draft.StateWrite} */
    Draft stateEvent(Submission.Write write, StateChange change, @Nullable Position expected) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        if (change.data() != null) {
            payload.set("patch", change.patch().tree());
        }
        payload.set("previous", change.previous().tree());
        return draft(
                write,
                change.data() == null ? Event.STATE_DELETED : Event.STATE_CHANGED,
                write.eventId(),
                Json.of(payload),
                write.cause(),
                new Draft.StateWrite(change.data(), true, expected));
    }

    /** Asks whether the log knows the submission's id already: it can only be a duplicate, for its condition never holds. */
    Draft question(Submission.Write write) {
        Draft.StateWrite never = new Draft.StateWrite(null, false, new Position("?", 0));
        return draft(write, Event.STATE_CHANGED, write.eventId(), Json.NULL, write.cause(), never);
    }

    /** Has the submission's id remembered, for a write that changes nothing as long as the state is where the head says. */
    Draft unchanged(Submission.Write write, Head head) {
        Json data = head.state() == null ? null : head.state().data();
        Draft.StateWrite none = new Draft.StateWrite(data, false, head.statePosition());
        return draft(write, Event.STATE_CHANGED, write.eventId(), Json.NULL, write.cause(), none);
    }

    private Draft draft(
            Submission submission,
            String type,
            @Nullable String eventId,
            Json payload,
            @Nullable String cause,
            Draft.@Nullable StateWrite state) {
        return new Draft(
                submission.key(),
                type,
                eventId == null ? ids.next() : eventId,
                eventId != null,
                clock.millis(),
                payload,
                cause,
                state);
    }

    /** Why a channel's state may not change like that; null when it may. */
    @Nullable
    Outcome refusal(ChannelKey key, StateChange change) {
        Json data = change.data();
        if (data == null) {
            return null;
        }
        return data.size() <= stateBytes
                ? rules.refusalOfState(key, data)
                : new Outcome.TooLarge(
                        "the state would have %d bytes, and %d are allowed".formatted(data.size(), stateBytes));
    }

    /** What the change does to the present state; null when it changes nothing. */
    static @Nullable StateChange apply(Submission.Change change, @Nullable Json present) {
        JsonNode from = present == null ? null : present.tree();
        return switch (change) {
            case Submission.Change.Put(JsonNode document) -> become(from, MergePatch.withoutNulls(document));
            case Submission.Change.Patch(JsonNode patch) -> become(from, MergePatch.apply(from, patch));
            case Submission.Change.Delete delete -> present == null ? null : new StateChange(null, Json.NULL, present);
        };
    }

    private static @Nullable StateChange become(@Nullable JsonNode from, JsonNode to) {
        ObjectNode patch = MergePatch.between(from, to);
        if (from != null && patch.isEmpty()) {
            return null;
        }
        return new StateChange(Json.of(to), Json.of(patch), Json.of(MergePatch.previous(from, patch)));
    }
}
