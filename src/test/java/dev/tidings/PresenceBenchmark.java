package dev.tidings;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.log.TestLog;
import dev.tidings.log.redis.RedisSettings;
import dev.tidings.presence.MemoryRoster;
import dev.tidings.presence.Roster;
import dev.tidings.presence.redis.RedisRoster;
import dev.tidings.presence.redis.Timing;
import dev.tidings.testing.PresenceClient;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * How long it takes to be answered how many are present in a channel of 10 000, one question after the other: the
 * roster in memory by itself, and a running service on Redis over WebSocket and over REST. Another instance has the members.
 *
 * <p>{@code ./mvnw -q package dependency:build-classpath -DskipTests -Dmdep.outputFile=target/classpath} and {@code java -cp
 * target/test-classes:target/classes:$(cat target/classpath) dev.tidings.PresenceBenchmark}; it takes a {@code redis-server}.
 */
final class PresenceBenchmark {
    private static final int MEMBERS = 10_000;
    private static final int TOGETHER = 500;
    private static final int WARM_UP = 5000;
    private static final int QUESTIONS = 2000;
    private static final ChannelKey ROOM = new ChannelKey("default", new Channel("room:big"));

    private PresenceBenchmark() {}

    public static void main(String[] arguments) {
        try (MemoryRoster roster = new MemoryRoster()) {
            fill(roster);
            measure(
                    "roster in memory",
                    () -> TestLog.get(roster.read(ROOM, "", 0)).count());
        }
        try (RedisServer redis = RedisServer.start();
                TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.log.backend", "redis",
                        "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                        "tidings.limits.requests-per-second", "1000000",
                        "tidings.limits.requests-burst", "1000000",
                        "tidings.limits.messages-per-second", "1000000",
                        "tidings.limits.burst", "1000000"))) {
            Vertx vertx = Vertx.vertx();
            RedisSettings settings = new RedisSettings("tidings", 4, 100_000, Duration.ofSeconds(2));
            try (RedisRoster roster = new RedisRoster(vertx, redis.options(), settings, Timing.DEFAULT)) {
                TestLog.get(roster.open());
                fill(roster);
                ask(server);
            } finally {
                TestLog.get(vertx.close().toCompletionStage());
            }
        }
    }

    private static void fill(Roster roster) {
        long before = System.nanoTime();
        for (int first = 0; first < MEMBERS; first += TOGETHER) {
            List<CompletableFuture<Void>> joins = IntStream.range(first, first + TOGETHER)
                    .mapToObj(i -> new Presence("connection-" + i, "user-" + i, 1_704_067_200_000L, null))
                    .map(each -> roster.join(ROOM, each).toCompletableFuture())
                    .toList();
            joins.forEach(TestLog::get);
        }
        System.out.printf("%d members have joined in %d ms%n", MEMBERS, (System.nanoTime() - before) / 1_000_000);
    }

    private static void ask(TidingsServer server) {
        String token = Tokens.token("ada", "*:*");
        try (PresenceClient client = PresenceClient.connect(server, token)) {
            measure(
                    "Redis, over WebSocket",
                    () -> client.members("room:big", "{\"limit\":0}")
                            .path("count")
                            .asInt());
        }
        measure("Redis, over REST", () -> {
            String body = server.send(server.request("/api/v1/channels/room:big/presence?limit=0", token)
                            .build())
                    .body();
            return WsClient.parse(body).path("count").asInt();
        });
    }

    private static void measure(String what, IntSupplier question) {
        IntStream.range(0, WARM_UP).forEach(i -> check(question.getAsInt()));
        long[] nanos = IntStream.range(0, QUESTIONS)
                .mapToLong(i -> {
                    long before = System.nanoTime();
                    check(question.getAsInt());
                    return System.nanoTime() - before;
                })
                .sorted()
                .toArray();
        System.out.printf(
                "%s: the count of %d in ms: median %.3f, 99 %% within %.3f, longest %.3f%n",
                what,
                MEMBERS,
                ms(nanos[QUESTIONS / 2]),
                ms(nanos[QUESTIONS * 99 / 100]),
                ms(Arrays.stream(nanos).max().orElseThrow()));
    }

    private static double ms(long nanos) {
        return nanos / 1e6;
    }

    private static void check(int count) {
        if (count != MEMBERS) {
            throw new IllegalStateException("counted " + count);
        }
    }
}
