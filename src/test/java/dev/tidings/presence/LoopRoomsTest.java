package dev.tidings.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.log.TestLog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When somebody who is present is answered who else is. */
class LoopRoomsTest {
    private static final ChannelKey ROOM = new ChannelKey("acme", new Channel("room:1"));
    private static final Presence ADA = new Presence("c1", "ada", 1, null);
    private static final Presence BOB = new Presence("c2", "bob", 2, null);

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final DistantRoster roster = new DistantRoster();
    private final Rooms rooms = new Rooms(roster, Clock.systemUTC());

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    private <T> T onLoop(Supplier<CompletionStage<T>> call) {
        return TestLog.get(CompletableFuture.supplyAsync(call, loop).thenCompose(stage -> stage));
    }

    private CompletableFuture<Page> ask() {
        return CompletableFuture.supplyAsync(() -> rooms.on(loop).read(ROOM, "c1", "", 10), loop)
                .thenCompose(stage -> stage);
    }

    private void enter() {
        roster.stand(10, ADA);
        onLoop(() -> rooms.on(loop).join(ROOM, ADA));
    }

    @Test
    void theAnswerWaitsForWhatHappenedBeforeTheQuestion() {
        enter();
        roster.stand(11, ADA, BOB);
        CompletableFuture<Page> answer = ask();
        onLoop(() -> CompletableFuture.completedFuture(true));
        assertThat(answer).as("bob has come, and is not told of yet").isNotDone();
        rooms.changed(0, 11, List.of(new Change(11, ROOM, Change.Kind.JOINED, BOB)));
        assertThat(TestLog.get(answer).members()).containsExactly(ADA, BOB);
    }

    @Test
    void whatIsNobodysNewsHoldsNoAnswerUp() {
        enter();
        roster.stand(12, ADA);
        CompletableFuture<Page> answer = ask();
        rooms.changed(0, 12, List.of());
        assertThat(TestLog.get(answer).members()).containsExactly(ADA);
    }

    /** One that tells nothing by itself. */
    private static final class DistantRoster implements Roster {
        private final List<Presence> members = new ArrayList<>();
        private long sequence;

        synchronized void stand(long at, Presence... present) {
            sequence = at;
            members.clear();
            members.addAll(List.of(present));
        }

        @Override
        public int shardOf(ChannelKey key) {
            return 0;
        }

        @Override
        public CompletionStage<Void> join(ChannelKey key, Presence presence) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void leave(ChannelKey key, String connection) {
            throw new UnsupportedOperationException("nobody leaves here");
        }

        @Override
        public synchronized CompletionStage<Page> read(ChannelKey key, String after, int limit) {
            return CompletableFuture.completedStage(
                    new Page(limit == 0 ? List.of() : List.copyOf(members), members.size(), null, sequence));
        }

        @Override
        public void follow(Follower follower) {
            // The test tells.
        }

        @Override
        public void close() {}
    }
}
