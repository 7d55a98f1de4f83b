package dev.tidings.api.trend;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.trend.Point;
import dev.tidings.trend.Trend;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A trend, as it is answered. */
@Schema(
        name = "Trend",
        description = "How a number has gone",
        requiredProperties = {"field", "from", "to", "points", "epoch", "offset"})
record TrendAnswer(
        @Schema(description = "The field that was asked for", examples = "/payload/speed")
        String field,

        @Schema(description = "When it begins, in ms since the Unix epoch", examples = "1704067200000")
        long from,

        @Schema(description = "When it ends, exclusive, in ms since the Unix epoch", examples = "1704067260000")
        long to,

        @Schema(description = "The points, oldest first; none for times of which there is no value")
        List<TrendPoint> points,

        @Schema(description = "The channel's numbering; an offset means something only within it", examples = "k3x9-2")
        String epoch,

        @Schema(
                description =
                        "Everything up to there is in it: who subscribes with since {epoch, offset} gets what comes"
                                + " after, and nothing twice",
                examples = "17",
                minimum = "0")
        long offset) {

    static TrendAnswer of(Trend trend) {
        return new TrendAnswer(
                trend.field().text(),
                trend.from(),
                trend.to(),
                trend.points().stream().map(TrendPoint::of).toList(),
                trend.place().epoch(),
                trend.place().offset());
    }

    /** A point of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "TrendPoint",
            description = "A stretch of time with what its values are together; with method lttb one value",
            requiredProperties = {"t"})
    record TrendPoint(
            @Schema(description = "When it begins, in ms since the Unix epoch", examples = "1704067200000")
            long t,

            @Schema(description = "The smallest value", examples = "100.0") @Nullable
            Double min,

            @Schema(description = "The largest value", examples = "150.0") @Nullable
            Double max,

            @Schema(description = "The mean of the values", examples = "125.0") @Nullable
            Double mean,

            @Schema(description = "The newest value", examples = "150.0") @Nullable
            Double last,

            @Schema(description = "How many values there are", examples = "2", minimum = "1") @Nullable
            Long count,

            @Schema(description = "With method lttb: the value", examples = "150.0") @Nullable
            Double value) {
        static TrendPoint of(Point point) {
            return switch (point) {
                case Point.Bucket(long t, double min, double max, double mean, double last, long count) ->
                    new TrendPoint(t, min, max, mean, last, count, null);
                case Point.Value(long t, double value) -> new TrendPoint(t, null, null, null, null, null, value);
            };
        }
    }
}
