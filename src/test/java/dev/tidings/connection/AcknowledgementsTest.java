package dev.tidings.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Position;
import dev.tidings.log.DurableName;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How acknowledgements are gathered and stored. */
class AcknowledgementsTest {
    private static final DurableName ADA = name("ada");
    private static final DurableName EVE = name("eve");

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final Store store = new Store();
    private final Acknowledgements acknowledgements = new Acknowledgements(store, executor, Duration.ofDays(7));

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private static DurableName name(String subject) {
        return new DurableName(new ChannelKey("acme", new Channel("jobs:1")), subject, "worker");
    }

    private static Position at(long offset) {
        return new Position("e", offset);
    }

    @Test
    void manyOfOneNameAreStoredAsOne() {
        CompletableFuture<Void> first = store.holdNext();
        acknowledgements.acknowledge(ADA, at(1));
        Awaitility.await().until(() -> store.asked.size() == 1);
        for (int i = 2; i <= 10_000; i++) {
            acknowledgements.acknowledge(ADA, at(i));
        }
        acknowledgements.acknowledge(ADA, at(7));
        acknowledgements.acknowledge(EVE, at(3));
        assertThat(store.asked).as("one at a time").hasSize(1);
        first.complete(null);
        Awaitility.await().until(() -> acknowledgements.waiting() == 0);
        assertThat(store.asked).containsExactly(Map.of(ADA, at(1)), Map.of(ADA, at(10_000), EVE, at(3)));
    }

    @Test
    void anotherNumberingIsTakenAsItComes() {
        acknowledgements.acknowledge(ADA, at(40));
        acknowledgements.acknowledge(ADA, new Position("f", 2));
        Awaitility.await().until(() -> acknowledgements.waiting() == 0);
        assertThat(store.asked).containsExactly(Map.of(ADA, new Position("f", 2)));
    }

    @Test
    void whatIsNotStoredYetIsFound() {
        CompletableFuture<Void> first = store.holdNext();
        acknowledgements.acknowledge(ADA, at(1));
        assertThat(found(ADA)).contains(at(1));
        Awaitility.await().until(() -> store.asked.size() == 1);
        assertThat(found(ADA)).as("while it is being stored").contains(at(1));
        acknowledgements.acknowledge(ADA, at(2));
        assertThat(found(ADA)).contains(at(2));
        assertThat(found(EVE)).isEmpty();
        first.complete(null);
        Awaitility.await().until(() -> acknowledgements.waiting() == 0);
        assertThat(found(ADA)).contains(at(2));
    }

    @Test
    void whatAnotherInstanceStoredMeanwhileIsFoundToo() {
        acknowledgements.acknowledge(ADA, at(1));
        store.kept.put(ADA, at(9));
        assertThat(found(ADA)).contains(at(9));
    }

    @Test
    void whatCouldNotBeStoredIsStoredLater() {
        CompletableFuture<Void> first = store.holdNext();
        acknowledgements.acknowledge(ADA, at(5));
        acknowledgements.acknowledge(EVE, at(5));
        Awaitility.await().until(() -> store.asked.size() == 1);
        acknowledgements.acknowledge(EVE, at(6));
        first.completeExceptionally(new LogUnavailable("gone"));
        assertThat(found(ADA)).contains(at(5));
        Awaitility.await().until(() -> acknowledgements.waiting() == 0);
        assertThat(store.kept).containsEntry(ADA, at(5)).containsEntry(EVE, at(6));
    }

    @Test
    void whatWaitsIsBounded() {
        CompletableFuture<Void> first = store.holdNext();
        acknowledgements.acknowledge(ADA, at(1));
        Awaitility.await().until(() -> store.asked.size() == 1);
        for (int i = 0; i < Acknowledgements.MOST_WAITING + 50; i++) {
            acknowledgements.acknowledge(name("subject-" + i), at(1));
        }
        acknowledgements.acknowledge(name("subject-0"), at(2));
        assertThat(acknowledgements.waiting()).isEqualTo(Acknowledgements.MOST_WAITING + 1);
        first.complete(null);
        Awaitility.await().until(() -> acknowledgements.waiting() == 0);
        assertThat(store.kept).containsEntry(name("subject-0"), at(2)).hasSize(Acknowledgements.MOST_WAITING + 1);
    }

    @Test
    void theLastIsStoredAtTheEnd() {
        var unused = store.holdNext();
        acknowledgements.acknowledge(ADA, at(1));
        Awaitility.await().until(() -> store.asked.size() == 1);
        acknowledgements.acknowledge(ADA, at(2));
        acknowledgements.acknowledge(EVE, at(3));
        acknowledgements.close(1000);
        assertThat(store.kept).containsEntry(ADA, at(2)).containsEntry(EVE, at(3));
    }

    @Test
    void hurryDoesNotWaitForTheNextTime() {
        Acknowledgements slow = new Acknowledgements(
                store, executor, Duration.ofDays(7), Duration.ofHours(1).toMillis());
        slow.acknowledge(ADA, at(4));
        slow.hurry();
        Awaitility.await().until(() -> slow.waiting() == 0);
        assertThat(store.kept).containsEntry(ADA, at(4));
    }

    private Optional<Position> found(DurableName name) {
        return TestLog.get(acknowledgements.find(name));
    }

    /** Stores when the test lets it. */
    private static final class Store implements DurablePositions {
        private final List<Map<DurableName, Position>> asked = new CopyOnWriteArrayList<>();
        private final Map<DurableName, Position> kept = new ConcurrentHashMap<>();
        private volatile CompletableFuture<Void> next = CompletableFuture.completedFuture(null);

        CompletableFuture<Void> holdNext() {
            next = new CompletableFuture<>();
            return next;
        }

        @Override
        public CompletionStage<Optional<Position>> find(DurableName name) {
            return CompletableFuture.completedStage(Optional.ofNullable(kept.get(name)));
        }

        @Override
        public CompletionStage<Optional<Position>> begin(DurableName name, Position start) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> acknowledge(Map<DurableName, Position> positions) {
            asked.add(Map.copyOf(positions));
            CompletableFuture<Void> answer = next;
            next = CompletableFuture.completedFuture(null);
            return answer.thenRun(() -> positions.forEach((name, position) ->
                    kept.merge(name, position, (before, given) -> DurablePositions.forward(before, given, "e"))));
        }
    }
}
