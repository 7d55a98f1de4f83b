package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that try to cost more than they may. */
class HostileIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Pongs are made for whoever asks; they must not pile up for whoever does not read. */
    @Test
    void pingsOfAClientThatDoesNotReadAreNotAllAnswered() throws IOException {
        ByteArrayOutputStream thousand = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            thousand.writeBytes(RawClient.frame(RawClient.PING, new byte[125]));
        }
        try (RawClient deaf = new RawClient(server, "");
                WsClient other = WsClient.connect(server, TOKEN)) {
            for (int i = 0; i < 300; i++) {
                deaf.sendBytes(thousand.toByteArray());
            }
            assertThat(other.ask("{\"type\":\"ping\",\"id\":\"1\"}")
                            .path("type")
                            .asText())
                    .isEqualTo("pong");
            assertThat(deaf.drain()).as("bytes of pongs, of 38 MB asked for").isLessThan(12_000_000);
        }
    }

    @Test
    void textThatIsNotUtf8EndsTheConnection() {
        try (RawClient client = new RawClient(server, TOKEN)) {
            byte[] message = "{\"type\":\"ping\",\"x\":\"??\"}".getBytes(StandardCharsets.US_ASCII);
            message[19] = (byte) 0xed;
            message[20] = (byte) 0xa0;
            client.send(RawClient.TEXT, message);
            assertThat(client.closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void statesThatAreTooMuchForOneAnswerAreRefused() {
        String text = "x".repeat(900_000);
        for (int i = 0; i < 6; i++) {
            assertThat(server.send(server.request("/api/v1/channels/big:" + i + "/state", TOKEN)
                                    .PUT(BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
        }
        try (WsClient client = WsClient.connect(server, TOKEN)) {
            JsonNode refused = client.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"big:*\"}");
            assertThat(refused.at("/payload/code").asText()).isEqualTo("message_too_large");
            JsonNode one = client.ask("{\"type\":\"state\",\"id\":\"2\",\"channel\":\"big:3\"}");
            assertThat(one.at("/payload/states/0/data/text").asText()).isEqualTo(text);
        }
    }

    /** The rest of a long call waits for its turn, as others do. */
    @Test
    void aLongBulkCallIsStoredWholeAndLetsOthersThrough() {
        String event = "{\"channel\":\"bulk:1\",\"event\":\"x\"}";
        String all = Collections.nCopies(60_000, event).toString();
        JsonNode results =
                WsClient.parse(server.post("/api/v1/events", TOKEN, all).body()).path("results");
        assertThat(results).hasSize(60_000);
        assertThat(results.path(59_999).path("offset").asInt()).isEqualTo(60_000);
    }

    @Test
    void bodiesInOtherEncodingsAreRefused() {
        for (var encoding : new java.nio.charset.Charset[] {StandardCharsets.UTF_16, StandardCharsets.UTF_16LE}) {
            assertThat(server.send(server.request("/api/v1/channels/a:1/events", TOKEN)
                                    .POST(BodyPublishers.ofString("{\"event\":\"x\",\"payload\":1}", encoding))
                                    .build())
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
