package dev.tidings.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Hears what a roster tells. */
public final class RosterRecorder implements Roster.Follower {
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final List<Boolean> lost = new CopyOnWriteArrayList<>();

    @Override
    public void changed(int shard, long reached, List<Change> news) {
        changes.addAll(news);
    }

    @Override
    public void lost(int shard, long reached, boolean returning) {
        lost.add(returning);
    }

    public static RosterRecorder of(Roster roster) {
        RosterRecorder recorder = new RosterRecorder();
        roster.follow(recorder);
        return recorder;
    }

    /** Waits until so many changes were told in a channel, and answers them as {@code +connection} and {@code -connection}. */
    public List<String> await(ChannelKey key, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(told(key)).hasSizeGreaterThanOrEqualTo(count));
        return told(key);
    }

    public List<String> told(ChannelKey key) {
        return changes(key).stream()
                .map(each -> (each.kind() == Change.Kind.JOINED ? "+" : "-")
                        + each.presence().connection())
                .toList();
    }

    public List<Change> changes(ChannelKey key) {
        return changes.stream().filter(each -> each.key().equals(key)).toList();
    }

    /** For each time that something was lost: whether those missing may return. */
    public List<Boolean> lost() {
        return lost;
    }
}
