package dev.tidings.device;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@code state.stale} of devices that do not answer, and {@code state.fresh} when they do again: once for each silence,
 * whoever has told of it. Asked in the device's turn, so for one device one after the other.
 */
final class Silences {
    /** How often in a row a device has not answered when that is told: one lost answer is no silence. */
    static final int TOLD_AFTER = 3;

    private static final int TOLD = -1;
    private static final int MOST_KNOWN = 20_000;

    private static final Range NEWEST_MARKER = new Range(
            new Since.Beginning(),
            Range.Before.END,
            List.of(new Glob(Event.STATE_STALE), new Glob(Event.STATE_FRESH)),
            1,
            true);

    private final EventLog log;
    private final Function<Submission, CompletionStage<Outcome>> intake;
    private final String source;

    /** Of the devices that were asked: how often in a row they have not answered, or that this has been told. */
    private final Map<ChannelKey, Integer> unanswered = new ConcurrentHashMap<>();

    /**
     * @param intake {@code Intake::submit}
     * @param source who says so
     */
    Silences(EventLog log, Function<Submission, CompletionStage<Outcome>> intake, String source) {
        this.log = log;
        this.intake = intake;
        this.source = source;
    }

    /** Others may have told since of any device. */
    void forget() {
        unanswered.clear();
    }

    /** A device has answered. */
    CompletionStage<Void> answered(ChannelKey device) {
        Integer before = unanswered.get(device);
        if (before != null && before != TOLD) {
            unanswered.put(device, 0);
            return CompletableFuture.completedStage(null);
        }
        return log.read(device, NEWEST_MARKER).thenCompose(slice -> {
            Event marker = newest(slice);
            boolean stale = marker != null && marker.type().equals(Event.STATE_STALE);
            boolean due = stale || (marker == null && (before != null || mayHaveBeenTold(slice)));
            if (!due) {
                unanswered.put(device, 0);
                return CompletableFuture.completedStage(null);
            }
            ObjectNode payload = JsonNodeFactory.instance.objectNode().put("source", source);
            // The id that whoever watches over freshness would give it: it is there once.
            String id = marker == null ? null : "fresh:" + marker.position().epoch() + ':' + marker.offset();
            return tell(new Submission.Publish(device, Event.STATE_FRESH, id, Json.of(payload), null), device, 0);
        });
    }

    /** What is not retained any more may have said so; to say fresh once more does no harm. */
    private static boolean mayHaveBeenTold(Slice slice) {
        return slice.reach() != Slice.Reach.WHOLE
                && slice.head().newest().offset() > slice.head().statePosition().offset();
    }

    /**
     * A device has not answered.
     *
     * @param reason in words fit for all who may see the device
     */
    CompletionStage<Void> silent(ChannelKey device, String reason) {
        if (unanswered.size() > MOST_KNOWN) {
            // Devices that are gone: the others are soon known again.
            unanswered.clear();
        }
        int times = unanswered.merge(device, 1, (before, one) -> before == TOLD ? TOLD : before + one);
        if (times < TOLD_AFTER) {
            return CompletableFuture.completedStage(null);
        }
        return log.read(device, NEWEST_MARKER).thenCompose(slice -> {
            Event marker = newest(slice);
            if (marker != null && marker.type().equals(Event.STATE_STALE)) {
                unanswered.put(device, TOLD);
                return CompletableFuture.completedStage(null);
            }
            ObjectNode payload = JsonNodeFactory.instance.objectNode();
            payload.put("reason", reason).put("source", source);
            return tell(new Submission.Publish(device, Event.STATE_STALE, null, Json.of(payload), null), device, TOLD);
        });
    }

    private CompletionStage<Void> tell(Submission event, ChannelKey device, int then) {
        return intake.apply(event).thenAccept(outcome -> {
            if (outcome instanceof Outcome.Published) {
                unanswered.put(device, then);
            }
        });
    }

    private static @Nullable Event newest(Slice slice) {
        return slice.events().isEmpty() ? null : slice.events().getFirst();
    }
}
