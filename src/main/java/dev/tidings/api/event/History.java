package dev.tidings.api.event;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.EventFrames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a channel retains of what was asked for. */
@Schema(
        name = "History",
        description = "What a channel retains of what was asked for",
        requiredProperties = {"events", "epoch", "offset", "complete", "recovered"})
public record History(
        @Schema(description = "The events", implementation = History.Message.class, type = SchemaType.ARRAY)
        @JsonRawValue
        String events,

        @Schema(description = Published.EPOCH, examples = "k3x9-2")
        String epoch,

        @Schema(
                description = "How far the answer goes; whoever goes on after it misses nothing: the channel's newest"
                        + " offset or, where something was cut off, that of the last event of the answer",
                examples = "17",
                minimum = "0")
        long offset,

        @Schema(
                description =
                        "False when something of what was asked for is missing: the limit, or 16 MiB, cut it off; or it"
                                + " is no longer retained",
                examples = "true")
        boolean complete,

        @Schema(
                description =
                        "False when events after the place asked for are gone for good, or the place is of another"
                                + " numbering: the caller's own view is stale",
                examples = "true")
        boolean recovered) {
    private static final int MAX_BYTES = 16 << 20;

    /** An event, as subscribers get it. */
    @Schema(
            name = "Event",
            description = "An event as subscribers get it",
            requiredProperties = {"type", "channel", "event", "id", "offset", "timestamp", "payload"})
    record Message(
            @Schema(description = "Always message", examples = "message")
            String type,

            @Schema(description = "Where it happened", examples = "agent:42")
            String channel,

            @Schema(description = "What happened", examples = "agent.started")
            String event,

            @Schema(description = "Its id", examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77")
            String id,

            @Schema(description = "Its place in the channel", examples = "17", minimum = "1")
            long offset,

            @Schema(description = "When it was accepted, in ms since the Unix epoch", examples = "1704067200000")
            long timestamp,

            @Schema(description = NewEvent.CAUSE, examples = "c-42") @Nullable
            String cause,

            @Schema(description = "Any JSON value", examples = "{\"status\": \"busy\"}")
            Object payload) {}

    /** The answer to whoever asked for a range of a channel. */
    public static History of(Range range, Slice slice) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        boolean cut = slice.cut();
        Position last = slice.head().newest();
        events.write('[');
        for (Event event : slice.events()) {
            byte[] encoded = EventFrames.encode(event);
            if (events.size() > 1 && events.size() + encoded.length > MAX_BYTES) {
                cut = true;
                break;
            }
            if (events.size() > 1) {
                events.write(',');
            }
            events.writeBytes(encoded);
            last = event.position();
        }
        events.write(']');
        Position newest = slice.head().newest();
        boolean recovered = reachesBack(range, slice);
        return new History(
                events.toString(StandardCharsets.UTF_8),
                newest.epoch(),
                cut && !range.reverse() ? last.offset() : newest.offset(),
                recovered && !cut,
                recovered);
    }

    /** True when nothing that was asked for had been forgotten. */
    public static boolean reachesBack(Range range, Slice slice) {
        return slice.reach() == Slice.Reach.WHOLE || range.since() instanceof Since.Beginning;
    }
}
