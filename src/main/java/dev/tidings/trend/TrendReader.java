package dev.tidings.trend;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads one trend out of a channel's history, page by page. */
public final class TrendReader {
    private static final int PAGE = 500;
    private static final int MAX_EVENTS = 1_000_000;

    private final EventLog log;
    private final Executor executor;
    private final ChannelKey key;
    private final Trend.Request request;
    private final long now;
    private long from;
    private @Nullable Series series;
    private long newest;
    private int events;

    private TrendReader(EventLog log, Executor executor, ChannelKey key, Trend.Request request, long now) {
        this.log = log;
        this.executor = executor;
        this.key = key;
        this.request = request;
        this.now = now;
    }

    /**
     * Makes a trend. Fails with {@link Trend.TooMuch} when it would be of too many events.
     *
     * @param executor looks through what was read
     * @param now in ms since the Unix epoch
     */
    public static CompletionStage<Trend> read(
            EventLog log, Executor executor, ChannelKey key, Trend.Request request, long now) {
        return new TrendReader(log, executor, key, request, now).begin();
    }

    /** Also when the channel's numbering restarts meanwhile: then what was read is of a channel that is no more. */
    private CompletionStage<Trend> begin() {
        from = request.from();
        series = null;
        newest = -1;
        return next(request.from() < 0 ? new Since.Beginning() : new Since.AtTime(request.from()), null);
    }

    private CompletionStage<Trend> next(Since.InChannel since, @Nullable Position seen) {
        Range range = new Range(since, Range.Before.END, request.field().events(), PAGE, false);
        return log.read(key, range)
                .thenComposeAsync(
                        page -> {
                            boolean anew = seen != null && !page.head().newest().sameEpoch(seen);
                            return anew ? begin() : take(page);
                        },
                        executor);
    }

    private CompletionStage<Trend> take(Slice page) {
        for (Event event : page.events()) {
            if (++events > MAX_EVENTS) {
                return CompletableFuture.failedStage(new Trend.TooMuch(MAX_EVENTS));
            }
            if (request.to() >= 0 && event.timestamp() >= request.to()) {
                return CompletableFuture.completedStage(trend(before(event)));
            }
            OptionalDouble value = request.field().of(event);
            if (value.isPresent()) {
                add(event.timestamp(), value.getAsDouble());
            }
        }
        if (page.cut()) {
            Position last = page.events().getLast().position();
            return next(new Since.After(last), last);
        }
        return CompletableFuture.completedStage(trend(page.head().newest()));
    }

    private static Position before(Event event) {
        return new Position(event.position().epoch(), event.offset() - 1);
    }

    private void add(long t, double value) {
        if (from < 0) {
            from = t;
        }
        newest = Math.max(newest, t);
        Series begun = series;
        if (begun == null) {
            begun = switch (request.method()) {
                case BUCKETS -> new Buckets(from, Math.max(to(), from + 1), request.points());
                case LTTB -> new LargestTriangles(request.points());
            };
            series = begun;
        }
        begun.add(t, value);
    }

    /** Where nothing is said it ends now; a value of a machine whose clock is ahead is in it all the same. */
    private long to() {
        return request.to() < 0 ? Math.max(Math.max(now, newest), from) + 1 : request.to();
    }

    private Trend trend(Position place) {
        List<Point> points = series == null ? List.of() : series.points();
        return new Trend(request.field(), from < 0 ? to() : from, to(), points, place);
    }
}
