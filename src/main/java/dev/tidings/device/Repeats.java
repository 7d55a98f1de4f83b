package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows controls that come again. The log remembers the ids of what was done, also of what changed nothing; so what is found
 * here has been done, on whatever instance, and what failed is not found and is tried again.
 */
final class Repeats {
    /** No state has ever been there: a write on this condition only asks whether its id is known. */
    private static final Precondition NEVER = new Precondition.ChangedAt(new Position("?", 0));

    private final EventLog log;
    private final Function<Submission, CompletionStage<Outcome>> intake;

    /** @param intake {@code Intake::submit} */
    Repeats(EventLog log, Function<Submission, CompletionStage<Outcome>> intake) {
        this.log = log;
        this.intake = intake;
    }

    /** What the control led to when it came first; null when it is not known to have been done. */
    CompletionStage<@Nullable Controlled> of(Control control) {
        if (!control.mayComeAgain()) {
            return CompletableFuture.completedStage(null);
        }
        Submission question = new Submission.Write(
                control.device(),
                new Change.Patch(JsonNodeFactory.instance.objectNode()),
                NEVER,
                control.eventId(),
                null);
        return intake.apply(question).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Published(var known)) {
                return first(control, known.position());
            }
            return CompletableFuture.completedStage(null);
        });
    }

    /** The first answer, from the event that it was made with. */
    CompletionStage<Controlled> first(Control control, Position position) {
        Position before = new Position(position.epoch(), Math.max(0, position.offset() - 1));
        Range one = new Range(new Since.After(before), Range.Before.END, List.of(), 1, false);
        return log.read(control.device(), one).thenApply(slice -> answer(control, slice));
    }

    private static Controlled answer(Control control, Slice slice) {
        String device = control.device().channel().id();
        State state = slice.head().state();
        String type =
                state != null && state.data().tree() instanceof ObjectNode present ? DeviceTypes.nameIn(present) : null;
        Event event = slice.events().isEmpty() ? null : slice.events().getFirst();
        if (event == null || !event.id().equals(control.eventId())) {
            // It had changed nothing, or what it had changed is not retained any more.
            return new Controlled.Done(device, type, Controlled.NOTHING, Controlled.NOTHING, false);
        }
        JsonNode payload = event.payload().tree();
        return new Controlled.Done(
                device, type, Json.of(payload.path("previous")), Json.of(payload.path("patch")), true);
    }
}
