package dev.tidings.source.mqtt;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.intake.Submission;
import dev.tidings.mqtt.Received;
import dev.tidings.mqtt.TopicFilter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the messages of some topics.
 *
 * @param eventId where in the payload an id is; null when the id is not the sender's
 */
record Mapping(
        TopicFilter filter,
        ChannelTemplate channel,
        Target target,
        @Nullable JsonPointer eventId) {

    /** What a message is made into. */
    sealed interface Target {}

    /** An event of this type, whose payload it is. */
    record AsEvent(String type) implements Target {}

    /** It becomes the state. */
    record ReplacingState() implements Target {}

    /**
     * It is merged with the state.
     *
     * @param member of the state that it is the value of; null when it is an object itself
     */
    record MergedState(@Nullable String member) implements Target {}

    /** The channel of a topic; nothing when the topic is not meant. */
    Optional<Channel> channelOf(String topic) {
        return filter.match(topic).map(channel::of);
    }

    /** What was retained has happened before: it may be a state, and is no event. */
    boolean takes(Received message) {
        return !(message.isRetained() && target instanceof AsEvent);
    }

    /**
     * @param id of the event, unless the payload says one
     * @throws Invalid when it cannot be made into what it should
     */
    Submission submission(ChannelKey key, byte[] payload, String id) {
        Json value = payload.length == 0 && target instanceof ReplacingState ? Json.NULL : Json.parse(payload);
        String eventId = eventId(value, id);
        return switch (target) {
            case AsEvent(String type) -> new Submission.Publish(key, type, eventId, value, null);
            case ReplacingState replacing -> write(key, replacement(payload, value), eventId);
            case MergedState(String member) -> write(key, new Submission.Change.Patch(patch(member, value)), eventId);
        };
    }

    private static Submission write(ChannelKey key, Submission.Change change, String eventId) {
        return new Submission.Write(key, change, new Submission.Precondition.None(), eventId, null);
    }

    /** An empty message is how a retained one is removed. */
    private static Submission.Change replacement(byte[] payload, Json value) {
        return payload.length == 0 ? new Submission.Change.Delete() : new Submission.Change.Put(value.tree());
    }

    private static JsonNode patch(@Nullable String member, Json value) {
        if (member == null) {
            return value.tree();
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.set(member, value.tree());
        return patch;
    }

    private String eventId(Json value, String otherwise) {
        if (eventId == null) {
            return otherwise;
        }
        JsonNode found = value.tree().at(eventId);
        if (!found.isTextual() && !found.isIntegralNumber()) {
            throw new Invalid(Invalid.What.MESSAGE, "no id at " + eventId + " of the payload");
        }
        return found.asText();
    }

    /** The one that means a topic: no two do. */
    static Optional<Mapping> of(String topic, List<Mapping> mappings) {
        return mappings.stream()
                .filter(mapping -> mapping.filter().match(topic).isPresent())
                .findFirst();
    }
}
