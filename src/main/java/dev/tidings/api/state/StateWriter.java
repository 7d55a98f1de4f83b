package dev.tidings.api.state;

import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.Appended;
import dev.tidings.log.Head;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Writes states, under conditions, and says what that did. */
final class StateWriter {
    private final Intake intake;

    StateWriter(Intake intake) {
        this.intake = intake;
    }

    /**
     * Writes if any of the conditions holds. At most one does: each that is tried is one that the state has not.
     *
     * @param cause the id of what led to it, if anything did
     * @param caller who writes
     */
    CompletionStage<RestResponse<StateChange>> write(
            ChannelKey key, Change change, List<Precondition> conditions, @Nullable String cause, Caller caller) {
        return intake.submit(new Submission.Write(key, change, conditions.getFirst(), null, cause, caller.subject()))
                .thenCompose(outcome -> {
                    if (outcome instanceof Outcome.Conflict(Head head)) {
                        // Only a state that changes again and again could make this go round more often than once.
                        Precondition present = new Precondition.ChangedAt(head.statePosition());
                        List<Precondition> rest = conditions.subList(1, conditions.size());
                        if (rest.contains(present)) {
                            return write(key, change, rest.subList(rest.indexOf(present), rest.size()), cause, caller);
                        }
                    }
                    return CompletableFuture.completedStage(answer(outcome, change));
                });
    }

    private static RestResponse<StateChange> answer(Outcome outcome, Change change) {
        return switch (outcome) {
            case Outcome.Changed(Appended.Stored stored, Json patch, Json previous) ->
                answer(
                        new StateChange(
                                true,
                                patch.toString(),
                                previous.toString(),
                                stored.position().offset()),
                        change instanceof Change.Delete ? null : stored.position());
            case Outcome.Published(Appended.Stored stored) -> throw new IllegalStateException("a write has a change");
            case Outcome.Unchanged(Head head) ->
                answer(
                        StateChange.none((head.state() == null ? head.newest() : head.statePosition()).offset()),
                        head.state() == null ? null : head.state().position());
            case Outcome.Conflict conflict -> throw Conditions.failed();
            case Outcome.TooLarge(String reason) -> throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Forbidden(String reason) -> throw new Refused(ErrorCode.FORBIDDEN, reason);
            case Outcome.Inadmissible(String reason, String at) -> throw new Refused(Refusal.inadmissible(reason, at));
            case Outcome.Unavailable(String reason) -> throw new Refused(ErrorCode.UNAVAILABLE, reason);
        };
    }

    private static RestResponse<StateChange> answer(StateChange change, @Nullable Position place) {
        var answer = RestResponse.ResponseBuilder.ok(change);
        return (place == null ? answer : answer.header("ETag", ETag.of(place).text())).build();
    }
}
