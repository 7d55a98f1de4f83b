package dev.tidings.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.log.SlowConsumer;
import dev.tidings.protocol.ClientMessage.Wish;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import dev.tidings.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the hub does when the log's follower misses something, and when connections have no room. */
class HubTest {
    private static final String TENANT = "default";
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final SettableClock clock = new SettableClock();
    private final LeakyLog log = new LeakyLog(clock);
    private final Hub hub = new Hub(
            log,
            new HubObserver() {
                @Override
                public void delivered(Event event, int connections) {}

                @Override
                public void replayed(Recovery recovery, int events) {}

                @Override
                public void fellBehind() {}

                @Override
                public void failed(RuntimeException fault) {
                    throw fault;
                }
            },
            HubTest::retention,
            namespace -> SlowConsumer.DISCONNECT,
            executor -> executor,
            clock);

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    @Test
    void whatWasMissedIsReadFromTheLog() {
        Reader exact = subscribe("a:1");
        Reader pattern = subscribe("a:*");
        publish("a:1", 3);
        exact.awaitOffsets(3);
        log.leaking = true;
        publish("a:1", 4);
        log.leaking = false;
        log.tellLost();
        publish("a:1", 2);
        exact.awaitOffsets(9);
        pattern.awaitOffsets(9);
        assertThat(exact.notices).isEmpty();
        assertThat(pattern.notices).isEmpty();
    }

    @Test
    void whatWasMissedComesOnceThoughSeveralSubscriptionsWantIt() {
        Reader reader = subscribe("a:1");
        reader.subscribe("a:*", new Since.Now());
        reader.subscribe("a:1*", new Since.Now());
        publish("a:1", 3);
        reader.awaitOffsets(3);
        for (int round = 1; round <= 20; round++) {
            log.leaking = true;
            publish("a:1", 50);
            log.leaking = false;
            log.tellLost();
            publish("a:1", 5);
            reader.awaitOffsets(3 + 55 * round);
        }
    }

    @Test
    void whoMissesSomethingWhileItSubscribesHasEverythingOnce() {
        CompletableFuture<Void> subscribing = log.hold();
        Reader reader = new Reader();
        reader.subscribe("a:1", new Since.Now());
        Awaitility.await().until(() -> log.reads.get() == 1);
        log.tellLost();
        awaitTurn();
        CompletableFuture<Void> readingAgain = log.hold();
        subscribing.complete(null);
        Awaitility.await().until(() -> log.reads.get() == 2);
        publish("a:1", 3);
        awaitTurn();
        readingAgain.complete(null);
        reader.awaitOffsets(3);
        publish("a:1", 1);
        reader.awaitOffsets(4);
    }

    /** Until the loop has done what it has to do now. */
    private void awaitTurn() {
        CompletableFuture.runAsync(() -> {}, loop).join();
    }

    @Test
    void aHoleIsNoticedAlsoWhenNobodyTells() {
        Reader exact = subscribe("a:1");
        publish("a:1", 2);
        exact.awaitOffsets(2);
        log.leaking = true;
        publish("a:1", 2);
        log.leaking = false;
        publish("a:1", 1);
        exact.awaitOffsets(5);
    }

    @Test
    void whatTheLogHasLostIsAnnouncedAsAGap() {
        Reader exact = subscribe("short:1");
        publish("short:1", 2);
        exact.awaitOffsets(2);
        log.leaking = true;
        publish("short:1", 10);
        log.leaking = false;
        log.tellLost();
        Awaitility.await().until(() -> exact.offsets().size() == 7);
        assertThat(exact.notices).containsExactly(new ServerMessage.Gap(new Channel("short:1"), 3, 7));
        assertThat(exact.offsets()).containsExactly(1L, 2L, 8L, 9L, 10L, 11L, 12L);
    }

    @Test
    void aPatternThatCannotBeRepairedIsTold() {
        Reader pattern = subscribe("short:*");
        publish("short:1", 1);
        pattern.awaitOffsets(1);
        log.leaking = true;
        publish("short:1", 10);
        log.leaking = false;
        log.tellLost();
        Awaitility.await().until(() -> !pattern.notices.isEmpty());
        assertThat(pattern.notices.getFirst()).isInstanceOfSatisfying(ServerMessage.PatternSubscribed.class, notice -> {
            assertThat(notice.recovered()).isFalse();
            assertThat(notice.replayed()).isZero();
        });
    }

    @Test
    void aLogThatCannotBeReadFailsTheSubscriptionAndKeepsTheOldOne() {
        Reader reader = subscribe("a:1");
        log.unavailable = true;
        reader.subscribe("a:1", new Since.Last(5));
        Awaitility.await().until(() -> reader.failures.size() == 1);
        log.unavailable = false;
        publish("a:1", 2);
        reader.awaitOffsets(2);
    }

    @Test
    void repairsGoOnUntilTheLogAnswers() {
        Reader reader = subscribe("a:1");
        publish("a:1", 1);
        reader.awaitOffsets(1);
        log.leaking = true;
        publish("a:1", 1);
        log.leaking = false;
        log.unavailable = true;
        log.tellLost();
        publish("a:1", 1);
        log.unavailable = false;
        reader.awaitOffsets(3);
    }

    @Test
    void aReplayWaitsForRoomAndStaysInOrder() {
        publish("a:1", 500);
        Reader reader = new Reader();
        reader.room = false;
        reader.subscribe("a:1", new Since.Last(500));
        Awaitility.await().until(() -> reader.replies.size() == 1);
        publish("a:1", 5);
        assertThat(reader.offsets()).isEmpty();
        reader.room = true;
        reader.awaitOffsets(505);
    }

    /** In a group of those who are served together, and alone. */
    @Test
    void aPlaceIsKnownOnceEverythingUpToItWasGiven() {
        Reader late = new Reader();
        late.room = false;
        publish("a:1", 500);
        late.subscribe("a:1", new Since.Last(500));
        Awaitility.await().until(() -> late.replies.size() == 1);
        assertThat(late.place("a:1")).as("something is on its way").isNull();
        Reader live = subscribe("a:1");
        late.room = true;
        late.awaitOffsets(500);
        publish("a:1", 2);
        late.awaitOffsets(502);
        Awaitility.await().until(() -> new Position(live.epoch(), 502).equals(live.place("a:1")));
        Awaitility.await().until(() -> new Position(live.epoch(), 502).equals(late.place("a:1")));
        assertThat(live.place("a:2")).as("not subscribed to").isNull();
    }

    @Test
    void aQuietChannelIsNotForgottenWhileItHasSubscribers() {
        Reader reader = subscribe("a:1");
        publish("a:1", 1);
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofMinutes(50));
            CompletableFuture.runAsync(hub.on(loop)::refresh, loop).join();
            // The log looks for what it may forget when something is written.
            publish("b:1", 1);
        }
        publish("a:1", 1);
        reader.awaitOffsets(2);
        assertThat(reader.notices).isEmpty();
    }

    @Test
    void countsSubscribers() {
        Reader one = subscribe("a:1");
        subscribe("a:*");
        ChannelKey key = new ChannelKey(TENANT, new Channel("a:1"));
        assertThat(hub.subscribers(key)).isEqualTo(2);
        assertThat(hub.subscribers(new ChannelKey("other", new Channel("a:1")))).isZero();
        loop.execute(one.subscriptions::close);
        Awaitility.await().until(() -> hub.subscribers(key) == 1);
    }

    private static Retention retention(String namespace) {
        return new Retention(namespace.equals("short") ? 5 : 1000, Duration.ofMinutes(5));
    }

    @Test
    void thoseWhoComeBackTogetherCostFewReadings() {
        String epoch = subscribe("a:1").epoch();
        publish("a:1", 20);
        int before = log.reads.get();
        List<Reader> back = resume(epoch, 200, i -> 19 - i % 20);
        for (int i = 0; i < back.size(); i++) {
            back.get(i).awaitOffsets(20 - i % 20, 20);
        }
        assertThat(log.reads.get() - before)
                .as("one for each place further back")
                .isLessThanOrEqualTo(20);
        publish("a:1", 5);
        before = log.reads.get();
        resume(epoch, 50, i -> 22).forEach(each -> each.awaitOffsets(23, 25));
        assertThat(log.reads.get()).as("what came since is known").isEqualTo(before);
        publish("a:1", 5);
        Awaitility.await()
                .until(() -> back.stream().allMatch(each -> each.offsets().getLast() == 30));
    }

    @Test
    void whereSomethingWasMissedTheLogIsRead() {
        String epoch = subscribe("a:1").epoch();
        publish("a:1", 2);
        resume(epoch, 1, i -> 0).getFirst().awaitOffsets(1, 2);
        log.leaking = true;
        publish("a:1", 3);
        log.leaking = false;
        publish("a:1", 1);
        resume(epoch, 1, i -> 0).getFirst().awaitOffsets(1, 6);
        log.leaking = true;
        publish("a:1", 1);
        log.leaking = false;
        log.tellLost();
        resume(epoch, 1, i -> 0).getFirst().awaitOffsets(1, 7);
    }

    @Test
    void nobodyGetsMoreThanIsRetained() {
        String epoch = subscribe("short:1").epoch();
        publish("short:1", 2);
        Reader early = new Reader();
        early.subscribe("short:1", new Since.After(new Position(epoch, 0)));
        early.awaitOffsets(1, 2);
        publish("short:1", 4);
        Reader late = new Reader();
        late.subscribe("short:1", new Since.After(new Position(epoch, 0)));
        Awaitility.await().until(() -> late.replies.size() == 1);
        assertThat(((ServerMessage.Subscribed) late.replies.getFirst()).recovered())
                .isFalse();
        Reader inTime = new Reader();
        inTime.subscribe("short:1", new Since.After(new Position(epoch, 1)));
        inTime.awaitOffsets(2, 6);
    }

    @Test
    void whatHasGrownTooOldIsNotRetained() {
        String epoch = subscribe("a:1").epoch();
        publish("a:1", 2);
        resume(epoch, 1, i -> 0).getFirst().awaitOffsets(1, 2);
        clock.advance(Duration.ofMinutes(6));
        Reader late = new Reader();
        late.subscribe("a:1", new Since.After(new Position(epoch, 0)));
        Awaitility.await().until(() -> late.replies.size() == 1);
        assertThat(((ServerMessage.Subscribed) late.replies.getFirst()).recovered())
                .isFalse();
    }

    /** Who cannot be brought up to date must not cost the others what is known. */
    @Test
    void strangePlacesDoNotSpoilWhatIsKnown() {
        String epoch = subscribe("a:1").epoch();
        publish("a:1", 3);
        resume(epoch, 1, i -> 0).getFirst().awaitOffsets(1, 3);
        for (Position strange : List.of(new Position("other", 1), new Position(epoch, 9))) {
            Reader reader = new Reader();
            reader.subscribe("a:1", new Since.After(strange));
            Awaitility.await().until(() -> reader.replies.size() == 1);
            assertThat(((ServerMessage.Subscribed) reader.replies.getFirst()).recovered())
                    .isFalse();
        }
        int before = log.reads.get();
        resume(epoch, 1, i -> 1).getFirst().awaitOffsets(2, 3);
        assertThat(log.reads.get()).isEqualTo(before);
    }

    private List<Reader> resume(String epoch, int count, IntUnaryOperator after) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    Reader reader = new Reader();
                    reader.subscribe("a:1", new Since.After(new Position(epoch, after.applyAsInt(i))));
                    return reader;
                })
                .toList();
    }

    private Reader subscribe(String target) {
        Reader reader = new Reader();
        reader.subscribe(target, new Since.Now());
        Awaitility.await().until(() -> reader.replies.size() == 1);
        return reader;
    }

    private void publish(String channel, int count) {
        ChannelKey key = new ChannelKey(TENANT, new Channel(channel));
        for (int i = 0; i < count; i++) {
            log.append(List.of(new Draft(key, "x", "id", false, clock.millis(), Json.NULL, null, null)));
        }
    }

    private final class Reader implements Subscriber {
        private final Subscriptions subscriptions = hub.on(loop).open(this, TENANT);
        private final List<String> messages = new CopyOnWriteArrayList<>();
        private final List<ServerMessage> notices = new CopyOnWriteArrayList<>();
        private final List<ServerMessage> replies = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private volatile boolean room = true;

        void subscribe(String target, Since since) {
            loop.execute(() -> subscriptions.subscribe(
                    new Subscriptions.Request(new ChannelPattern(target), Filter.EVERYTHING, since, Wish.NO, false),
                    new Reply() {
                        @Override
                        public void subscribed(ServerMessage subscribed) {
                            replies.add(subscribed);
                        }

                        @Override
                        public void failed(Throwable failure) {
                            failures.add(failure);
                        }
                    }));
        }

        @Override
        public Offer offer(Frames frames) {
            frames.messages().forEach(each -> messages.add(new String(each, StandardCharsets.UTF_8)));
            return Offer.ACCEPTED;
        }

        @Override
        public void notify(ServerMessage notice) {
            notices.add(notice);
        }

        @Override
        public boolean hasRoom() {
            return room;
        }

        @Override
        public void overflow() {
            throw new AssertionError("too much waits");
        }

        @Nullable
        Position place(String channel) {
            return CompletableFuture.supplyAsync(
                            () -> Optional.ofNullable(subscriptions.place(new Channel(channel))), loop)
                    .join()
                    .orElse(null);
        }

        String epoch() {
            return ((ServerMessage.Subscribed) replies.getFirst()).newest().epoch();
        }

        List<Long> offsets() {
            return messages.stream()
                    .map(each -> Json.parse(each).tree().path("offset").asLong())
                    .toList();
        }

        /** Waits for so many events, which are all there are, in order. */
        void awaitOffsets(int count) {
            awaitOffsets(1, count);
        }

        void awaitOffsets(int first, int last) {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> messages.size() > last - first);
            List<Long> expected = LongStream.rangeClosed(first, last).boxed().toList();
            assertThat(offsets()).isEqualTo(expected);
        }
    }

    /** A log whose followers can be kept from hearing. */
    private static final class LeakyLog implements EventLog {
        private final MemoryEventLog log;
        private final List<Follower> followers = new CopyOnWriteArrayList<>();
        private volatile boolean leaking;
        private volatile boolean unavailable;
        private final AtomicInteger reads = new AtomicInteger();

        /** Readings that begin now wait for it. */
        private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

        CompletableFuture<Void> hold() {
            gate = new CompletableFuture<>();
            return gate;
        }

        LeakyLog(Clock clock) {
            log = new MemoryEventLog(HubTest::retention, clock, 64 << 20);
        }

        void tellLost() {
            followers.forEach(each -> each.lost(0));
        }

        @Override
        public int shards() {
            return 1;
        }

        @Override
        public int shardOf(ChannelKey key) {
            return 0;
        }

        @Override
        public CompletionStage<List<Appended>> append(List<Draft> drafts) {
            return log.append(drafts);
        }

        @Override
        public CompletionStage<Slice> read(ChannelKey key, Range range) {
            CompletableFuture<Void> until = gate;
            reads.incrementAndGet();
            return unavailable
                    ? CompletableFuture.failedStage(new LogUnavailable("gone"))
                    : until.thenCompose(open -> log.read(key, range));
        }

        @Override
        public CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since) {
            return unavailable
                    ? CompletableFuture.failedStage(new LogUnavailable("gone"))
                    : log.replay(tenant, pattern, since);
        }

        @Override
        public CompletionStage<List<Listing>> channels(String tenant, ChannelPattern pattern, String after, int limit) {
            return log.channels(tenant, pattern, after, limit);
        }

        @Override
        public DurablePositions positions(DurablePositions.Settings settings) {
            return log.positions(settings);
        }

        @Override
        public CompletionStage<Set<String>> tenants() {
            return log.tenants();
        }

        @Override
        public void follow(Follower follower) {
            followers.add(follower);
            log.follow(new Follower() {
                @Override
                public void appended(int shard, List<Event> events) {
                    if (!leaking) {
                        follower.appended(shard, events);
                    }
                }

                @Override
                public void lost(int shard) {
                    follower.lost(shard);
                }
            });
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
