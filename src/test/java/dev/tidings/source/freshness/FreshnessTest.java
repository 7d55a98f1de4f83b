package dev.tidings.source.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.source.freshness.Watch.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from what is heard, at any time. */
class FreshnessTest {
    private static final long PATIENCE = 10_000;
    private static final ChannelKey LAMP = new ChannelKey("default", new Channel("device:lamp"));

    private final Watches watches = new Watches(2);
    private long offset;

    private boolean hear(ChannelKey key, long at, String type, String id) {
        Json payload = Json.parse(type.equals(Event.STATE_CHANGED) ? "{\"patch\":{\"a\":1},\"previous\":{}}" : "{}");
        return watches.hear(
                List.of(new Event(key, type, id, new Position("e", ++offset), offset, at, payload, null)),
                event -> PATIENCE);
    }

    private boolean hear(long at, String type) {
        return hear(LAMP, at, type, "id-" + offset);
    }

    private List<Watches.Due> due(long now) {
        return watches.take(now, 100);
    }

    @Test
    void silenceIsDueOnceAndOnTime() {
        hear(0, Event.STATE_CHANGED);
        assertThat(due(PATIENCE - 1)).isEmpty();
        assertThat(due(PATIENCE)).singleElement().satisfies(stale -> {
            assertThat(stale.phase()).isEqualTo(Phase.HEARD);
            assertThat(stale.markerId()).isEqualTo("stale:e:1");
            assertThat(stale.heardAt()).isZero();
        });
        assertThat(due(Long.MAX_VALUE - 1)).isEmpty();
    }

    @Test
    void whateverIsHeardPutsItOff() {
        hear(0, Event.STATE_CHANGED);
        hear(9_000, "lamp.seen");
        assertThat(due(PATIENCE)).isEmpty();
        assertThat(due(18_999)).isEmpty();
        assertThat(due(19_000))
                .singleElement()
                .satisfies(stale -> assertThat(stale.markerId()).isEqualTo("stale:e:2"));
    }

    @Test
    void afterTheMarkerTheNextEventMakesItFresh() {
        hear(0, Event.STATE_CHANGED);
        due(PATIENCE);
        hear(LAMP, 10_001, Event.STATE_STALE, "stale:e:1");
        assertThat(due(1_000_000)).isEmpty();
        assertThat(hear(LAMP, 20_000, "lamp.seen", "x"))
                .as("to be told at once")
                .isTrue();
        assertThat(due(20_000)).singleElement().satisfies(fresh -> {
            assertThat(fresh.phase()).isEqualTo(Phase.RETURNED);
            assertThat(fresh.markerId()).isEqualTo("fresh:e:2");
            assertThat(fresh.ender()).isEqualTo("x");
        });
        hear(LAMP, 20_001, Event.STATE_FRESH, "fresh:e:2");
        assertThat(due(29_999)).isEmpty();
        assertThat(due(30_000)).as("silent again since the event").hasSize(1);
    }

    @Test
    void whatSomebodyElseToldIsTheirs() {
        hear(0, Event.STATE_CHANGED);
        hear(LAMP, 5_000, Event.STATE_STALE, "a poller's");
        assertThat(due(1_000_000)).as("told already").isEmpty();
        assertThat(hear(1_000_000, Event.STATE_CHANGED))
                .as("the poller tells that")
                .isFalse();
        hear(1_000_000, Event.STATE_FRESH);
        assertThat(due(1_000_000 + PATIENCE)).hasSize(1);
    }

    @Test
    void channelsWithoutAStateAreNotWatched() {
        hear(0, "lamp.seen");
        watches.hear(
                List.of(new Event(
                        LAMP, Event.STATE_CHANGED, "i", new Position("e", 9), 9, 0, Json.parse("{\"to\":1}"), null)),
                event -> PATIENCE);
        assertThat(watches.size()).isZero();
        hear(0, Event.STATE_CHANGED);
        hear(1, Event.STATE_DELETED);
        assertThat(watches.size()).isZero();
        assertThat(due(1_000_000)).isEmpty();
    }

    @Test
    void whileTheCatalogueIsReadNothingIsMissed() {
        watches.beginLoading();
        hear(5_000, "lamp.seen");
        watches.learn(new Watch(LAMP, PATIENCE, new Position("e", 0), -50_000));
        watches.endLoading();
        assertThat(due(14_999)).as("what was heard is newer than what was read").isEmpty();
        assertThat(due(15_000)).hasSize(1);
    }

    @Test
    void whatWasMissedAfterAMarkerIsMadeUpFor() {
        hear(0, Event.STATE_CHANGED);
        hear(LAMP, 10_001, Event.STATE_STALE, "stale:e:1");
        watches.learn(new Watch(LAMP, PATIENCE, new Position("e", 7), 20_000));
        assertThat(due(20_000))
                .singleElement()
                .satisfies(fresh -> assertThat(fresh.markerId()).isEqualTo("fresh:e:2"));
    }

    @Test
    void noMoreAreWatchedThanThereIsRoomFor() {
        hear(0, Event.STATE_CHANGED);
        hear(new ChannelKey("other", LAMP.channel()), 0, Event.STATE_CHANGED, "b");
        assertThat(watches.isFull()).isFalse();
        hear(new ChannelKey("third", LAMP.channel()), 0, Event.STATE_CHANGED, "c");
        assertThat(watches.size()).isEqualTo(2);
        assertThat(watches.isFull()).isTrue();
        assertThat(due(PATIENCE)).hasSize(2);
    }
}
