package dev.tidings.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Permissions;
import dev.tidings.auth.Revocations;
import dev.tidings.cluster.Cluster;
import dev.tidings.cluster.LocalCluster;
import dev.tidings.operator.Connections.Page;
import dev.tidings.operator.Connections.Selection;
import dev.tidings.protocol.CloseCode;
import java.time.Clock;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many connections, and instances that do not answer. */
class ConnectionsTest {
    private static final int MANY = 10_000;

    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void manyAreListedPageByPage() {
        Connections connections = new Connections(new LocalCluster(), many(), Thread::startVirtualThread);
        for (int round = 0; round < 20; round++) {
            Set<String> seen = new HashSet<>();
            String after = "";
            long begun = System.nanoTime();
            for (int page = 0; page < MANY / Connections.MAX_LIMIT; page++) {
                Page listed = list(connections, after, false, null, Connections.MAX_LIMIT);
                listed.items().forEach(each -> seen.add(each.connection()));
                String next = listed.next();
                assertThat(next == null).isEqualTo(page == MANY / Connections.MAX_LIMIT - 1);
                after = next == null ? "" : next;
            }
            assertThat(seen).hasSize(MANY);
            if (round == 19) {
                System.out.printf(
                        Locale.ROOT,
                        "listing %d connections in pages of %d: %.1f ms%n",
                        MANY,
                        Connections.MAX_LIMIT,
                        (System.nanoTime() - begun) / 1e6);
            }
        }
    }

    @Test
    void someAreFoundAmongMany() {
        Connections connections = new Connections(new LocalCluster(), many(), Thread::startVirtualThread);
        assertThat(list(connections, "", true, null, 100).items())
                .hasSize(MANY / 1000)
                .allSatisfy(each -> assertThat(each.load().lag()).isEqualTo(7));
        assertThat(list(connections, "", false, "user-42", 100).items()).hasSize(10);
        assertThat(connections
                        .disconnectSubject("default", "user-42")
                        .toCompletableFuture()
                        .join())
                .isEqualTo(new Connections.Disconnected(10, true));
        assertThat(connections
                        .disconnectSubject("other", "user-43")
                        .toCompletableFuture()
                        .join())
                .isEqualTo(new Connections.Disconnected(0, true));
        assertThat(closed).hasValue(10);
    }

    /** It is asked, and says nothing. */
    @Test
    void whoDoesNotAnswerIsWaitedForOnlySoLong() {
        Connections connections = new Connections(new WithDeaf(), many(), Thread::startVirtualThread);
        Page page = list(connections, "", false, null, 100);
        assertThat(page.items()).hasSize(100);
        assertThat(page.complete()).isFalse();
    }

    private static Page list(
            Connections connections, String after, boolean behind, @Nullable String subject, int limit) {
        return connections
                .list(new Selection("default", subject, behind, after, limit))
                .toCompletableFuture()
                .join();
    }

    private OpenConnections many() {
        OpenConnections live = new OpenConnections(new Revocations(Clock.systemUTC()), Runnable::run);
        for (int i = 0; i < MANY; i++) {
            live.add(new Fake("c-" + i, "user-" + i / 10, i % 1000 == 0 ? 7 : 0));
        }
        return live;
    }

    private final class Fake implements OpenConnection {
        private final String id;
        private final Caller caller;
        private final Load load;

        Fake(String id, String subject, long lag) {
            this.id = id;
            this.caller = new Caller(
                    subject,
                    "default",
                    Long.MAX_VALUE,
                    Permissions.NONE,
                    null,
                    new Caller.Origin.Token(null, OptionalLong.empty()));
            this.load = new Load(1, 0, lag);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public String transport() {
            return "fake";
        }

        @Override
        public long since() {
            return 1;
        }

        @Override
        public Load load() {
            return load;
        }

        @Override
        public void disconnect(CloseCode code, String reason) {
            closed.incrementAndGet();
        }
    }

    /** A cluster in which another instance is said to be, which hears nothing. */
    private static final class WithDeaf implements Cluster {
        private final LocalCluster local = new LocalCluster();

        @Override
        public String self() {
            return local.self();
        }

        @Override
        public Set<String> instances() {
            return Set.of(local.self(), "deaf");
        }

        @Override
        public CompletionStage<Void> tellAll(String topic, ObjectNode note) {
            return local.tellAll(topic, note);
        }

        @Override
        public CompletionStage<Void> tell(String instance, String topic, ObjectNode note) {
            return instance.equals("deaf") ? CompletableFuture.completedStage(null) : local.tell(instance, topic, note);
        }

        @Override
        public void listen(String topic, Listener listener) {
            local.listen(topic, listener);
        }

        @Override
        public void watch(Watcher watcher) {
            local.watch(watcher);
        }

        @Override
        public void close() {
            local.close();
        }
    }
}
