package dev.tidings.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Presence;
import dev.tidings.hub.Subscriber;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those in a room are told, whatever is heard and read. */
class RoomTest {
    private static final ChannelKey KEY = new ChannelKey("acme", new Channel("room:1"));

    private final Room room = new Room(KEY);
    private final Listener ada = new Listener();
    private final Listener bob = new Listener();

    @BeforeEach
    void enter() {
        room.admit("ada");
        room.admit("bob");
        read(1, "ada", "bob");
        room.listen("ada", ada);
        room.listen("bob", bob);
    }

    @Test
    void allButWhoeverItIsAreToldOfAChange() {
        hear(2, Change.Kind.JOINED, "cid");
        hear(3, Change.Kind.LEFT, "bob");
        room.tell(0);
        assertThat(ada.told).containsExactly("joined cid", "left bob");
        assertThat(bob.told).containsExactly("joined cid");
    }

    @Test
    void nobodyComesOrGoesTwice() {
        hear(2, Change.Kind.JOINED, "ada");
        hear(3, Change.Kind.JOINED, "cid");
        hear(4, Change.Kind.JOINED, "cid");
        hear(5, Change.Kind.LEFT, "cid");
        hear(6, Change.Kind.LEFT, "cid");
        room.tell(0);
        assertThat(ada.told).containsExactly("joined cid", "left cid");
    }

    @Test
    void whatIsReadIsToldAsWhatHasChanged() {
        read(9, "ada", "cid");
        room.tell(0);
        assertThat(ada.told).containsExactly("left bob", "joined cid");
        hear(8, Change.Kind.JOINED, "bob");
        hear(9, Change.Kind.LEFT, "cid");
        room.tell(0);
        assertThat(ada.told).as("both were in what was read").hasSize(2);
    }

    @Test
    void whatIsHeardDuringAReadingCountsWhenItIsLaterThanWhatIsRead() {
        Object reading = new Object();
        room.beginReading(reading);
        hear(5, Change.Kind.LEFT, "bob");
        hear(7, Change.Kind.JOINED, "cid");
        hear(8, Change.Kind.LEFT, "dan");
        room.tell(0);
        assertThat(ada.told).isEmpty();
        assertThat(room.isCurrent()).isFalse();
        settle(6, "ada", "bob", "dan");
        assertThat(room.isCurrent()).isTrue();
        room.tell(0);
        assertThat(ada.told).containsExactly("joined cid");
        assertThat(room.reached()).isEqualTo(8);
        assertThat(room.page("", 10).members()).extracting(Presence::connection).containsExactly("ada", "bob", "cid");
    }

    @Test
    void thoseWhoMayReturnStayUntilTheyDoNotOrAreSaidToHaveLeft() {
        room.expectReturns(60_000);
        hear(2, Change.Kind.JOINED, "cid");
        room.beginReading(new Object());
        hear(12, Change.Kind.LEFT, "cid");
        settle(10);
        room.tell(0);
        assertThat(ada.told).containsExactly("joined cid", "left cid");
        hear(13, Change.Kind.JOINED, "bob");
        room.tell(0);
        assertThat(ada.told).hasSize(2);
        room.expectReturns(-1);
        read(14, "bob");
        room.tell(0);
        assertThat(bob.told).containsExactly("joined cid", "left cid", "left ada");
        assertThat(ada.told).as("not of itself").hasSize(2);
    }

    @Test
    void aReadingThatMissedTooMuchSaysSo() {
        room.beginReading(new Object());
        for (int i = 0; i <= 20_000; i++) {
            hear(i + 10, Change.Kind.JOINED, "c" + i);
        }
        assertThat(room.hasMissed()).isTrue();
        room.beginReading(new Object());
        assertThat(room.hasMissed()).isFalse();
    }

    @Test
    void oneReadingReplacesAnother() {
        Object first = new Object();
        Object second = new Object();
        room.beginReading(first);
        room.beginReading(second);
        assertThat(room.isReadBy(first)).isFalse();
        assertThat(room.isReadBy(second)).isTrue();
    }

    @Test
    void whoTakesNothingAnyMoreIsEnded() {
        bob.full = true;
        hear(2, Change.Kind.JOINED, "cid");
        room.tell(0);
        assertThat(bob.overflown).isTrue();
        assertThat(ada.overflown).isFalse();
        assertThat(ada.told).containsExactly("joined cid");
    }

    private void hear(long sequence, Change.Kind kind, String connection) {
        room.hear(new Change(sequence, KEY, kind, presence(connection)));
    }

    private void read(long sequence, String... connections) {
        room.beginReading(new Object());
        settle(sequence, connections);
    }

    private void settle(long sequence, String... connections) {
        NavigableMap<String, Presence> found = new TreeMap<>();
        for (String connection : connections) {
            found.put(connection, presence(connection));
        }
        room.settle(found, sequence);
    }

    private static Presence presence(String connection) {
        return new Presence(connection, "somebody", 1, null);
    }

    private static final class Listener implements Subscriber {
        private final List<String> told = new ArrayList<>();
        private boolean full;
        private boolean overflown;

        @Override
        public Offer offer(Frames frames) {
            if (full) {
                return Offer.FULL;
            }
            for (byte[] message : frames.messages()) {
                var tree =
                        Json.parse(new String(message, StandardCharsets.UTF_8)).tree();
                told.add(tree.path("type").asText() + " "
                        + tree.at("/payload/connection").asText());
            }
            return Offer.ACCEPTED;
        }

        @Override
        public void notify(ServerMessage notice) {
            throw new IllegalStateException("nothing but changes");
        }

        @Override
        public boolean hasRoom() {
            return !full;
        }

        @Override
        public void overflow() {
            overflown = true;
        }
    }
}
