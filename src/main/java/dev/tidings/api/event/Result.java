package dev.tidings.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.api.call.Problem;
import dev.tidings.protocol.Refusal;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What became of one of many events. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Result", description = "What became of one of many events: its place, or an error")
record Result(
        @Schema(description = "Its place in the channel", examples = "17", minimum = "0") @Nullable
        Long offset,

        @Schema(description = Published.EPOCH, examples = "k3x9-2") @Nullable
        String epoch,

        @Schema(description = "Its id", examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77") @Nullable
        String event_id,

        @Schema(description = "When it was accepted, in ms since the Unix epoch", examples = "1704067200000") @Nullable
        Long timestamp,

        @Schema(description = "With an error, of NDJSON: the number of the line, from 1", examples = "3", minimum = "1")
        @Nullable
        Long line,

        @Schema(description = "Why it was not stored") @Nullable
        Failure error) {

    /** Why one of many events was not stored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Failure",
            description = "Why an event was not stored",
            requiredProperties = {"code", "message"})
    record Failure(
            @Schema(description = "The code that programs can tell apart", examples = "forbidden")
            String code,

            @Schema(description = "What was wrong", examples = "the token does not permit publish:a:1")
            String message,

            @Schema(description = "More, where there is more to say")
            Problem.@Nullable Details details) {}

    /** What became of many events. */
    @Schema(
            name = "Results",
            description = "What became of many events, in their order",
            requiredProperties = "results")
    record Results(
            @Schema(description = "A result for each") List<Result> results) {}

    static Result of(Published published) {
        return new Result(
                published.offset(), published.epoch(), published.event_id(), published.timestamp(), null, null);
    }

    /** @param line of a stream; null elsewhere */
    static Result of(Refusal refusal, @Nullable Long line) {
        return new Result(
                null,
                null,
                null,
                null,
                line,
                new Failure(refusal.code().text(), refusal.message(), Problem.Details.of(refusal)));
    }
}
