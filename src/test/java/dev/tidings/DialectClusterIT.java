package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Clients of dialects on two instances: they are one crowd, and move from one to the other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DialectClusterIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static RedisServer redis;
    private static List<TidingsServer> servers = List.of();

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.start();
        servers = TidingsServer.start(
                Map.of(
                        "tidings.log.backend", "redis",
                        "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                        "tidings.limits.connections-per-subject", "100",
                        "tidings.drain", "2s"),
                2);
    }

    @AfterAll
    static void stop() {
        servers.forEach(TidingsServer::close);
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    @Order(1)
    void panelsAndDashboardsOfAllInstancesHearTheSameAndAreCountedTogether() {
        List<DialectClient> panels = new ArrayList<>();
        try (DialectClient here = DialectClient.connect(servers.get(0), "/ws/projects", TOKEN);
                DialectClient there = DialectClient.connect(servers.get(1), "/ws/projects", TOKEN)) {
            for (DialectClient dashboard : List.of(here, there)) {
                dashboard.send("{'action':'subscribe','projectId':'abc-123'}").expect("subscribed");
            }
            servers.get(0)
                    .post("/api/v1/projects/abc-123/events", TOKEN, "{\"type\":\"pr.merged\",\"payload\":{\"n\":1}}");
            assertThat(here.expect("pr.merged")).isEqualTo(there.expect("pr.merged"));

            Awaitility.await().until(() -> {
                DialectClient panel = DialectClient.connect(servers.get(1), "/ws/devices", TOKEN);
                panels.add(panel);
                int total = panel.expect("connection_established")
                        .path("total_connections")
                        .asInt();
                panel.expect("all_devices_status");
                return total == 2 + panels.size();
            });
            servers.get(0)
                    .post(
                            "/api/v1/channels/device:m/events",
                            TOKEN,
                            "{\"event\":\"state.changed\",\"event_id\":\"control-1\",\"payload\":{\"patch\":{\"v\":1}}}");
            for (DialectClient panel : panels) {
                JsonNode update = panel.expect("device_update");
                assertThat(update.at("/data/action").asText()).isEqualTo("device_control");
            }
        } finally {
            panels.forEach(DialectClient::close);
        }
    }

    /** Ends an instance. */
    @Test
    @Order(2)
    void whoIsSentElsewhereIsToldAndFindsThingsAsTheyAre() {
        DialectClient panel = DialectClient.connect(servers.get(0), "/ws/devices", TOKEN);
        DialectClient dashboard = DialectClient.connect(servers.get(0), "/ws/projects", TOKEN);
        panel.expect("connection_established");
        servers.get(0).process().destroy();
        assertThat(panel.awaitClose()).isEqualTo(1012);
        assertThat(dashboard.awaitClose()).isEqualTo(1012);
        servers.get(1)
                .post(
                        "/api/v1/channels/device:moved/events",
                        TOKEN,
                        "{\"event\":\"state.changed\",\"payload\":{\"patch\":{\"v\":7}}}");
        try (DialectClient again = DialectClient.connect(servers.get(1), "/ws/devices", TOKEN)) {
            again.expect("connection_established");
            assertThat(again.expect("all_devices_status").at("/devices/moved/v").asInt())
                    .isEqualTo(7);
        }
    }
}
