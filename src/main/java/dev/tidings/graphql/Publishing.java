package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An event that is being published.
 *
 * @param now when it was, in ms since the Unix epoch
 */
record Publishing(ClientMessage.Publish message, ChannelKey key, long now) {
    /** Answers when it is stored; fails with {@link CallRefused} when it is not. */
    CompletionStage<ObjectNode> to(Intake intake, Caller caller) {
        Submission submission;
        try {
            submission = new Submission.Publish(
                    key, message.event(), message.eventId(), message.payload(), message.cause(), caller.subject());
        } catch (Invalid invalid) {
            throw new CallRefused(Refusal.of(invalid));
        }
        return intake.submit(submission).thenApply(this::answer);
    }

    private ObjectNode answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Published(var stored) -> stored(stored.position(), stored.id(), stored.timestamp());
            case Outcome.Changed(var stored, var patch, var previous) ->
                stored(stored.position(), stored.id(), stored.timestamp());
            case Outcome.Unchanged(var head) -> stored(head.newest(), message.eventId(), now);
            case Outcome.Conflict conflict ->
                throw refused(ErrorCode.CONFLICT, "the state was changed by another writer");
            case Outcome.TooLarge(String reason) -> throw refused(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Forbidden(String reason) -> throw refused(ErrorCode.FORBIDDEN, reason);
            case Outcome.Inadmissible(String reason, String at) ->
                throw new CallRefused(Refusal.inadmissible(reason, at));
            case Outcome.Unavailable(String reason) -> throw refused(ErrorCode.UNAVAILABLE, reason);
        };
    }

    private ObjectNode stored(Position place, @Nullable String id, long timestamp) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("channel", key.channel().name())
                .put("epoch", place.epoch())
                .put("offset", place.offset())
                .put("eventId", id)
                .put("timestamp", timestamp);
    }

    private static CallRefused refused(ErrorCode code, String reason) {
        return new CallRefused(new Refusal(code, reason));
    }
}
