package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.SocketIoClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A room is one room, whichever instance its members are connected to. */
class SocketIoClusterIT {
    private static final String ALL = Tokens.token("ops", "*:*");

    @Test
    void aRoomReachesOverInstancesAndAnInstanceThatStopsSendsItsClientsAway() {
        Optional<String> missing = SocketIoClient.missing();
        missing.ifPresent(why -> System.err.println("SocketIoClusterIT is skipped: " + why));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        try (RedisServer redis = RedisServer.start()) {
            List<TidingsServer> servers = TidingsServer.start(
                    Map.of("tidings.log.backend", "redis", "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port()),
                    2);
            try (TidingsServer first = servers.get(0);
                    TidingsServer second = servers.get(1)) {
                check(first, second);
            }
        }
    }

    private static void check(TidingsServer first, TidingsServer second) {
        try (SocketIoClient ada = SocketIoClient.start();
                SocketIoClient bob = SocketIoClient.start();
                WsClient nativeClient = WsClient.connect(second, ALL);
                CommandClient handler = CommandClient.connect(second, ALL)) {
            ada.connect(first, Tokens.token("ada", "*:*"), "polling").expect("connect");
            bob.connect(second, Tokens.token("bob", "*:*"), "websocket").expect("connect");
            String join = "{\"project_id\":\"wide\"}";
            for (SocketIoClient each : List.of(ada, bob)) {
                assertThat(each.ask("join_project", join).path("ok").asBoolean())
                        .isTrue();
            }
            nativeClient.publish("project:wide", "state.changed", "{\"patch\":{\"phase\":\"build\"}}");
            for (SocketIoClient each : List.of(ada, bob)) {
                assertThat(each.event("state_update").at("/state/phase").asText())
                        .isEqualTo("build");
            }
            ada.emit("chat_message", "{\"text\":\"over there?\"}");
            assertThat(bob.event("chat_message").path("from").asText()).isEqualTo("ada");
            handler.handle("project:wide");
            ada.emit("command", "{\"command\":\"go\"}");
            handler.answer(handler.take(), "{\"status\":\"ok\",\"result\":7}");
            for (SocketIoClient each : List.of(ada, bob)) {
                JsonNode response = each.event("command_response");
                assertThat(response.path("result").asInt()).isEqualTo(7);
            }
            first.process().destroy();
            assertThat(ada.event("reconnect").has("after_ms")).isTrue();
            assertThat(ada.expect("disconnect").path("reason").asText()).isIn("transport close", "transport error");
            bob.ask("chat_message", "{\"text\":\"still here\"}");
        }
    }
}
