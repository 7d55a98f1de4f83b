package dev.tidings.log.redis;

import io.vertx.redis.client.Response;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of the shards: the first words of every answer. The next call takes them along, so that Redis
 * sees at once when it has less than it once had. Safe on any thread.
 */
final class Shards {
    private final Clock clock;
    private final List<View> views;
    private final String instance = Long.toString(new SecureRandom().nextLong(1L << 40, 1L << 41), 36);

    /** Where a shard stood when it answered. */
    record Mark(String epoch, long sequence) {
        static Mark of(Response answer) {
            return new Mark(answer.get(0).toString(), Answers.number(answer.get(1)));
        }
    }

    private static final class View {
        // Guarded by this.
        private Mark mark = new Mark("", 0);
        private long told;
        private @Nullable Response newestTold;
        private long contact;

        /** What to add to {@link System#nanoTime} in ms to have the time of the server that holds the shard. */
        private long serverClock;
    }

    Shards(int count, Clock clock) {
        this.clock = clock;
        this.views = Stream.generate(View::new).limit(count).toList();
    }

    /** A text that no instance has ever made before. It does not count: clients see it in epochs. */
    String token() {
        return instance + Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), 36);
    }

    Mark mark(int shard) {
        View view = views.get(shard);
        synchronized (view) {
            return view.mark;
        }
    }

    /** When a deadline is by the clock of the shard's server. */
    long deadline(int shard, long nanos) {
        View view = views.get(shard);
        synchronized (view) {
            return TimeUnit.NANOSECONDS.toMillis(nanos) + view.serverClock;
        }
    }

    /** Takes the first words of an answer in. */
    Mark note(int shard, Response answer) {
        Mark mark = Mark.of(answer);
        View view = views.get(shard);
        synchronized (view) {
            if (!mark.epoch().equals(view.mark.epoch()) || mark.sequence() > view.mark.sequence()) {
                view.mark = mark;
            }
            view.serverClock = Answers.number(answer.get(2)) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            view.contact = clock.millis();
        }
        return mark;
    }

    /**
     * The followers of a shard have been told everything up to there.
     *
     * @param entry of the log, the newest of them; null where none has been told in this epoch
     */
    void told(int shard, long sequence, @Nullable Response entry) {
        View view = views.get(shard);
        synchronized (view) {
            view.told = sequence;
            view.newestTold = entry;
        }
    }

    /** What {@code check.lua} has to find in the log of a shard, if it is still the one whose followers were told. */
    List<Object> told(int shard) {
        View view = views.get(shard);
        Response entry;
        synchronized (view) {
            entry = view.newestTold;
        }
        return entry == null
                ? List.of()
                : List.of(
                        entry.get(0).toString(),
                        HexFormat.of()
                                .formatHex(Digests.sha1(entry.get(1).get(1).toBytes())));
    }

    List<ShardStatus> status() {
        return views.stream()
                .map(view -> {
                    synchronized (view) {
                        return new ShardStatus(view.mark.epoch(), view.mark.sequence(), view.told, view.contact);
                    }
                })
                .toList();
    }

    /** The epoch of a cursor: another one when any shard's is. */
    static String epochOf(List<Mark> marks) {
        StringBuilder epochs = new StringBuilder();
        marks.forEach(mark -> epochs.append(mark.epoch()).append(' '));
        return new BigInteger(1, Digests.sha1(epochs.toString().getBytes(StandardCharsets.US_ASCII)))
                .mod(BigInteger.TWO.pow(60))
                .toString(36);
    }
}
