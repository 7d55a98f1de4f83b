package dev.tidings.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Presence;
import dev.tidings.log.TestLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every roster does. */
public abstract class RosterContract {
    private static final ChannelKey ROOM = key("acme", "room:1");

    private Roster roster;
    private Roster another;
    private RosterRecorder heard;

    /** A roster with nobody in it. */
    protected abstract Roster open();

    /** Another instance's view of the same one. */
    protected abstract Roster openAnother();

    @BeforeEach
    void openBoth() {
        roster = open();
        another = openAnother();
        heard = RosterRecorder.of(another);
    }

    protected static ChannelKey key(String tenant, String channel) {
        return new ChannelKey(tenant, new Channel(channel));
    }

    protected static Presence presence(String connection) {
        return new Presence(connection, "ada", 1_704_067_200_000L, null);
    }

    protected static <T> T get(CompletionStage<T> stage) {
        return TestLog.get(stage);
    }

    private static List<String> connections(Page page) {
        return page.members().stream().map(Presence::connection).toList();
    }

    private void join(ChannelKey key, String connection) {
        get(roster.join(key, presence(connection)));
    }

    @Test
    void whoHasJoinedIsFoundAndTold() {
        join(ROOM, "c1");
        Page page = get(another.read(ROOM, "", 10));
        assertThat(page.members()).containsExactly(presence("c1"));
        assertThat(page.count()).isEqualTo(1);
        assertThat(page.next()).isNull();
        assertThat(heard.await(ROOM, 1)).containsExactly("+c1");
        assertThat(heard.changes(ROOM).getFirst().presence()).isEqualTo(presence("c1"));
    }

    @Test
    void whoHasLeftIsNotFoundAndTold() {
        join(ROOM, "c1");
        join(ROOM, "c2");
        roster.leave(ROOM, "c1");
        assertThat(heard.await(ROOM, 3)).containsExactly("+c1", "+c2", "-c1");
        assertThat(heard.changes(ROOM).getLast().presence()).isEqualTo(presence("c1"));
        assertThat(connections(get(another.read(ROOM, "", 10)))).containsExactly("c2");
    }

    @Test
    void joiningAndLeavingTwiceIsOnce() {
        join(ROOM, "c1");
        join(ROOM, "c1");
        roster.leave(ROOM, "c1");
        roster.leave(ROOM, "c1");
        roster.leave(ROOM, "never");
        join(ROOM, "c2");
        assertThat(heard.await(ROOM, 3)).containsExactly("+c1", "-c1", "+c2");
        assertThat(get(roster.read(ROOM, "", 10)).count()).isEqualTo(1);
    }

    @Test
    void sequenceNumbersGrowAndAPageSaysWhereItStands() {
        long before = get(roster.read(ROOM, "", 0)).sequence();
        IntStream.range(0, 20).forEach(i -> join(ROOM, "c" + i));
        roster.leave(ROOM, "c3");
        heard.await(ROOM, 21);
        List<Long> sequences =
                heard.changes(ROOM).stream().map(Change::sequence).toList();
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
        assertThat(sequences.getFirst()).isGreaterThan(before);
        assertThat(get(another.read(ROOM, "", 0)).sequence()).isEqualTo(sequences.getLast());
    }

    @Test
    void pagesComeInOrderAndTheCountIsOfAll() {
        IntStream.range(0, 25).forEach(i -> join(ROOM, "c" + (char) ('a' + i)));
        List<String> all = new ArrayList<>();
        String after = "";
        for (int pages = 0; pages < 3; pages++) {
            Page page = get(another.read(ROOM, after, 10));
            assertThat(page.count()).isEqualTo(25);
            all.addAll(connections(page));
            assertThat(page.next()).isEqualTo(pages < 2 ? all.getLast() : null);
            after = all.getLast();
        }
        assertThat(all).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(get(another.read(ROOM, "", 25)).next()).isNull();
        assertThat(get(another.read(ROOM, "", 24)).next()).isEqualTo("cx");
        Page none = get(another.read(ROOM, "", 0));
        assertThat(none.members()).isEmpty();
        assertThat(none.next()).isNull();
        assertThat(none.count()).isEqualTo(25);
        assertThat(connections(get(another.read(ROOM, "cx~", 10)))).containsExactly("cy");
        assertThat(get(another.read(ROOM, "d", 10)).members()).isEmpty();
    }

    @Test
    void channelsAndTenantsAreApart() {
        List<ChannelKey> keys = List.of(
                ROOM,
                key("acme", "room:11"),
                key("acme", "room"),
                key("acme", "room:1/x"),
                key("acm", "room:1"),
                key("acme.room", "room:1"));
        for (int i = 0; i < keys.size(); i++) {
            join(keys.get(i), "c" + i);
        }
        for (int i = 0; i < keys.size(); i++) {
            assertThat(connections(get(another.read(keys.get(i), "", 10)))).containsExactly("c" + i);
            assertThat(heard.await(keys.get(i), 1)).containsExactly("+c" + i);
        }
    }

    @Test
    void oneConnectionIsPresentInManyChannels() {
        ChannelKey other = key("acme", "room:2");
        join(ROOM, "c1");
        join(other, "c1");
        roster.leave(ROOM, "c1");
        heard.await(ROOM, 2);
        assertThat(connections(get(another.read(other, "", 10)))).containsExactly("c1");
        assertThat(heard.await(other, 1)).containsExactly("+c1");
    }

    @Test
    void whateverASubjectIsItComesBack() {
        Presence odd = new Presence("c1", "a|b\"{}\\ ü😀%", 7, Json.parse("{\"n\":1.10,\"s\":\"a|b\"}"));
        get(roster.join(ROOM, odd));
        assertThat(get(another.read(ROOM, "", 10)).members()).containsExactly(odd);
        heard.await(ROOM, 1);
        assertThat(heard.changes(ROOM).getFirst().presence()).isEqualTo(odd);
    }

    @Test
    void manyAtOnceAreToldOnceEach() {
        List<CompletableFuture<Void>> joins = IntStream.range(0, 2000)
                .mapToObj(i -> (i % 2 == 0 ? roster : another)
                        .join(ROOM, presence("c" + i))
                        .toCompletableFuture())
                .toList();
        joins.forEach(RosterContract::get);
        assertThat(get(roster.read(ROOM, "", 0)).count()).isEqualTo(2000);
        IntStream.range(0, 2000).forEach(i -> (i % 2 == 0 ? roster : another).leave(ROOM, "c" + i));
        List<String> told = heard.await(ROOM, 4000);
        assertThat(told).hasSize(4000).doesNotHaveDuplicates();
        assertThat(get(roster.read(ROOM, "", 0)).count()).isZero();
        for (int i = 0; i < 2000; i++) {
            assertThat(told.indexOf("+c" + i)).isLessThan(told.indexOf("-c" + i));
        }
    }
}
