package dev.tidings.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A follower that keeps what it hears. */
public final class Recorder implements EventLog.Follower {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Event> heard = new ArrayList<>();
    private final List<Integer> lost = new ArrayList<>();

    @Override
    public synchronized void appended(int shard, List<Event> events) {
        heard.addAll(events);
    }

    @Override
    public synchronized void lost(int shard) {
        lost.add(shard);
    }

    public synchronized List<Event> heard() {
        return List.copyOf(heard);
    }

    /** What it heard of a channel. */
    public synchronized List<Event> heard(ChannelKey key) {
        return heard.stream().filter(event -> event.key().equals(key)).toList();
    }

    public synchronized List<Integer> lost() {
        return List.copyOf(lost);
    }

    public Recorder awaitCount(int count) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(heard()).hasSizeGreaterThanOrEqualTo(count));
        return this;
    }

    /** Waits until it has heard of every shard the newest event there is at a place. */
    public void awaitAllUpTo(Cursor place, EventLog log) {
        for (int shard = 0; shard < log.shards(); shard++) {
            int which = shard;
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> heard().stream()
                            .filter(event -> log.shardOf(event.key()) == which)
                            .anyMatch(event ->
                                    event.sequence() >= place.sequences().get(which)));
        }
    }

    public void awaitLost(int shard) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lost()).contains(shard));
    }

    /** Each shard's sequence numbers and each channel's offsets follow on one another. */
    public void assertContiguous(EventLog log) {
        Map<Integer, Long> sequences = new HashMap<>();
        Map<ChannelKey, Long> offsets = new HashMap<>();
        for (Event event : heard()) {
            Long sequence = sequences.put(log.shardOf(event.key()), event.sequence());
            Long offset = offsets.put(event.key(), event.offset());
            assertThat(event.sequence()).as("sequence").isEqualTo(sequence == null ? event.sequence() : sequence + 1);
            assertThat(event.offset()).as("offset").isEqualTo(offset == null ? event.offset() : offset + 1);
        }
    }
}
