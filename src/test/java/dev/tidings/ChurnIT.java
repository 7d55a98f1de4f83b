package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Subscriptions that come and go while several publishers write to all their channels at once. */
class ChurnIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final int CHANNELS = 4;

    /** Events for a run to have shown anything. */
    private static final int ENOUGH = 1000;

    private static final long SEED = 20_261_121;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.requests-per-second", "1000000",
                "tidings.limits.connections-per-subject", "100",
                "tidings.limits.queue-size", "64M",
                "tidings.channels.churn.history-size", "10000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Whoever always has a subscription that matches gets everything once, whatever else it does. */
    @Test
    void othersComingAndGoingDoNotDisturbAPattern() throws Exception {
        whilePublishing(1, () -> {
            Random random = new Random(SEED);
            try (WsClient client = WsClient.connect(server, TOKEN)) {
                client.subscribe("churn:*");
                Offsets offsets = new Offsets();
                for (int i = 0; i < 1000 || (offsets.count <= ENOUGH && i < 100_000); i++) {
                    String channel = "churn:" + random.nextInt(CHANNELS);
                    String type = random.nextBoolean() ? "subscribe" : "unsubscribe";
                    client.ask("{\"type\":\"" + type + "\",\"id\":\"" + i + "\",\"channel\":\"" + channel + "\"}");
                    if (random.nextInt(10) == 0) {
                        client.send("{\"type\":\"subscribe\",\"channel\":\"churn:*\"}");
                    }
                    client.heard().forEach(offsets::take);
                }
                client.heardSoFar().forEach(offsets::take);
                assertThat(offsets.count).as("events heard").isGreaterThan(ENOUGH);
            }
        });
    }

    /** Whoever leaves and resumes where it was misses nothing and gets nothing twice. */
    @Test
    void whoResumesWhereItLeftHasEverything() throws Exception {
        whilePublishing(2, () -> {
            Random random = new Random(SEED);
            try (WsClient client = WsClient.connect(server, TOKEN)) {
                Offsets offsets = new Offsets();
                Map<String, String> epochs = new HashMap<>();
                for (int i = 0; i < 200 || (offsets.count <= ENOUGH && i < 20_000); i++) {
                    String channel = "churn:" + random.nextInt(CHANNELS);
                    Long last = offsets.last.get(channel);
                    String since = last == null
                            ? "{}"
                            : "{\"since\":{\"epoch\":\"" + epochs.get(channel) + "\",\"offset\":" + last + "}}";
                    JsonNode reply = client.subscribe(channel, since).path("payload");
                    epochs.put(channel, reply.path("epoch").asText());
                    assertThat(reply.path("recovered").asBoolean())
                            .as("recovered: " + reply)
                            .isEqualTo(last != null);
                    if (last == null) {
                        offsets.last.put(channel, reply.path("offset").asLong());
                    }
                    client.heard().forEach(offsets::take);
                    client.ask("{\"type\":\"unsubscribe\",\"id\":\"u" + i + "\",\"channel\":\"" + channel + "\"}");
                    client.heard().forEach(offsets::take);
                }
                assertThat(offsets.count).as("events heard").isGreaterThan(ENOUGH);
            }
        });
    }

    /** By channel the newest offset heard; each next one has to follow on. */
    private static final class Offsets {
        private final Map<String, Long> last = new HashMap<>();
        private int count;

        void take(JsonNode message) {
            if (message.path("type").asText().equals("message")) {
                String channel = message.path("channel").asText();
                long offset = message.path("offset").asLong();
                Long before = last.put(channel, offset);
                if (before != null) {
                    assertThat(offset).as("after " + before + " in " + channel).isEqualTo(before + 1);
                }
                count++;
            }
        }
    }

    private static void whilePublishing(int run, Runnable action) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService publishers = Executors.newVirtualThreadPerTaskExecutor();
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Random random = new Random(SEED + 10L * run + i);
            results.add(publishers.submit(() -> {
                while (!stop.get()) {
                    assertThat(server.post("/api/v1/events", TOKEN, batch(random))
                                    .statusCode())
                            .isEqualTo(200);
                }
            }));
        }
        try {
            action.run();
        } finally {
            stop.set(true);
            for (Future<?> result : results) {
                result.get(20, TimeUnit.SECONDS);
            }
            publishers.close();
        }
    }

    private static String batch(Random random) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(
                    "{\"channel\":\"churn:" + random.nextInt(CHANNELS) + "\",\"event\":\"x\",\"payload\":" + i + "}");
        }
        return events.toString();
    }
}
