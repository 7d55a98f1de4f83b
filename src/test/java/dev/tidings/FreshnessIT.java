package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels with a state that fall silent are told to be stale, once for each silence, whoever serves and restarts. */
class FreshnessIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final Map<String, String> FRESH = Map.of("tidings.channels.device.fresh-for", "1s");

    @TempDir
    Path directory;

    @Test
    void silenceIsToldOnceAndItsEndOnce() {
        try (TidingsServer server = TidingsServer.start(FRESH);
                WsClient client = WsClient.connect(server)) {
            client.subscribe("device:lamp");
            put(server, "device:lamp", "{\"on\":true}");
            JsonNode changed = client.expect("message");
            JsonNode stale = client.expect("message");
            assertThat(stale.path("event").asText()).isEqualTo("state.stale");
            assertThat(stale.at("/payload/reason").asText()).isEqualTo("nothing was heard for 1s");
            assertThat(stale.at("/payload/since")).isEqualTo(changed.path("timestamp"));
            assertThat(stale.path("timestamp").asLong()
                            - changed.path("timestamp").asLong())
                    .isGreaterThanOrEqualTo(1000);
            String ender = client.publish("device:lamp", "lamp.seen", "1")
                    .at("/payload/event_id")
                    .asText();
            await().until(() -> types(server, "device:lamp").contains("state.fresh"));
            JsonNode fresh = history(server, "device:lamp").get(3);
            assertThat(fresh.path("event").asText()).isEqualTo("state.fresh");
            assertThat(fresh.path("cause").asText()).isEqualTo(ender);
            await().until(() -> types(server, "device:lamp").size() == 5);
            assertThat(types(server, "device:lamp"))
                    .containsExactly("state.changed", "state.stale", "lamp.seen", "state.fresh", "state.stale");
        }
    }

    @Test
    void onlyChannelsWithAStateOfSuchNamespacesAreTold() {
        try (TidingsServer server = TidingsServer.start(
                Map.of("tidings.channels.*.fresh-for", "1s", "tidings.channels.calm.fresh-for", "0s"))) {
            put(server, "calm:1", "{\"a\":1}");
            server.post("/api/v1/channels/device:none/events", ALL, "{\"event\":\"a\"}");
            put(server, "device:gone", "{\"a\":1}");
            server.send(server.request("/api/v1/channels/device:gone/state", ALL)
                    .DELETE()
                    .build());
            put(server, "device:last", "{\"a\":1}");
            await().until(() -> types(server, "device:last").contains("state.stale"));
            assertThat(types(server, "calm:1")).containsExactly("state.changed");
            assertThat(types(server, "device:none")).containsExactly("a");
            assertThat(types(server, "device:gone")).containsExactly("state.changed", "state.deleted");
        }
    }

    @Test
    void whatFellSilentWhileTheServiceWasDownIsToldAfterTheStart() {
        Map<String, String> settings = new HashMap<>(FRESH);
        settings.put("tidings.log.file", directory.resolve("log.db").toString());
        try (TidingsServer server = TidingsServer.start(settings)) {
            put(server, "device:told", "{\"a\":1}");
            await().until(() -> types(server, "device:told").contains("state.stale"));
            put(server, "device:new", "{\"a\":1}");
            server.kill();
        }
        try (TidingsServer server = TidingsServer.start(settings)) {
            await().until(() -> types(server, "device:new").contains("state.stale"));
            assertThat(types(server, "device:told")).containsExactly("state.changed", "state.stale");
            server.post("/api/v1/channels/device:told/events", ALL, "{\"event\":\"lamp.seen\"}");
            await().until(() -> types(server, "device:told").contains("state.fresh"));
            assertThat(types(server, "device:new")).containsExactly("state.changed", "state.stale");
        }
    }

    @Test
    void severalInstancesTellOnce() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable()) {
            Map<String, String> settings = new HashMap<>(FRESH);
            settings.put("tidings.log.backend", "redis");
            settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
            try (TidingsServer one = TidingsServer.start(settings)) {
                try (TidingsServer two = TidingsServer.start(settings)) {
                    List<String> channels =
                            IntStream.range(0, 50).mapToObj(i -> "device:" + i).toList();
                    channels.forEach(channel -> put(one, channel, "{\"a\":1}"));
                    channels.forEach(channel -> awaitTypes(one, channel, "state.changed", "state.stale"));
                    channels.forEach(channel -> put(two, channel, "{\"a\":2}"));
                    channels.forEach(channel -> awaitTypes(
                            two,
                            channel,
                            "state.changed",
                            "state.stale",
                            "state.changed",
                            "state.fresh",
                            "state.stale"));
                    two.kill();
                }
                put(one, "device:0", "{\"a\":3}");
                awaitTypes(
                        one,
                        "device:0",
                        "state.changed",
                        "state.stale",
                        "state.changed",
                        "state.fresh",
                        "state.stale",
                        "state.changed",
                        "state.fresh",
                        "state.stale");
                redis.restart();
                put(one, "device:after", "{\"a\":1}");
                awaitTypes(one, "device:after", "state.changed", "state.stale");
            }
        }
    }

    private static void awaitTypes(TidingsServer server, String channel, String... types) {
        await(channel)
                .atMost(Duration.ofSeconds(30))
                .until(() -> types(server, channel).equals(List.of(types)));
    }

    private static void put(TidingsServer server, String channel, String state) {
        await().until(() -> server.send(server.request("/api/v1/channels/" + channel + "/state", ALL)
                                .PUT(BodyPublishers.ofString(state))
                                .build())
                        .statusCode()
                == 200);
    }

    private static List<String> types(TidingsServer server, String channel) {
        List<String> types = new ArrayList<>();
        history(server, channel).forEach(event -> types.add(event.path("event").asText()));
        return types;
    }

    private static JsonNode history(TidingsServer server, String channel) {
        return WsClient.parse(server.send(server.request("/api/v1/channels/" + channel + "/events", ALL)
                                .build())
                        .body())
                .path("events");
    }
}
