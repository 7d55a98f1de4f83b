package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.source.host.HostName;
import dev.tidings.source.host.HostPoller;
import dev.tidings.testing.Events;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This machine's figures, as a subscriber of the running service hears them. */
class HostPollerIT {
    @Test
    void theFiguresOfThisMachineArePlausibleAndOnlyWhatChangedIsTold() {
        String channel = HostPoller.channel(HostName.find(System.getenv())).name();
        try (TidingsServer server = TidingsServer.start(
                        Map.of("tidings.pollers.host.enabled", "true", "tidings.pollers.host.interval", "200ms"));
                WsClient client = WsClient.connect(server)) {
            Events events = Events.of(client, "metrics:*");
            for (int i = 0; i < 3; i++) {
                JsonNode patch = events.await(channel, "state.changed").at("/payload/patch");
                assertThat(patch.toString().length()).as(patch.toString()).isLessThan(1500);
                if (i > 0) {
                    assertThat(patch.has("hostname")).as(patch.toString()).isFalse();
                    assertThat(patch.at("/memory/total").isMissingNode()).isTrue();
                }
            }
            JsonNode state = WsClient.parse(
                    server.send(server.request("/api/v1/channels/" + channel + "/state", Tokens.token("ada", "*:*"))
                                    .build())
                            .body());
            assertThat(state.at("/cpu/count").asInt())
                    .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(state.at("/cpu/percent").asInt(-1)).isBetween(0, 100);
            assertThat(state.at("/load/1m").asDouble(-1)).isNotNegative();
            assertFull(state.path("memory"));
            assertThat(state.path("disks")).isNotEmpty().allSatisfy(HostPollerIT::assertFull);
            assertThat(state.path("network"))
                    .allSatisfy(
                            each -> assertThat(each.path("received_per_second").asLong(-1))
                                    .isNotNegative());
        }
    }

    /** Of something, a part of it. */
    private static void assertFull(JsonNode amounts) {
        long total = amounts.path("total").asLong();
        assertThat(total).as(amounts.toString()).isPositive();
        assertThat(amounts.path("used").asLong()).isBetween(0L, total);
        assertThat(amounts.path("percent").asInt(-1)).isBetween(0, 100);
    }
}
