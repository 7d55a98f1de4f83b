package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.FrameClient;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** permessage-deflate (RFC 7692), as a client that knows it sees it. */
class CompressionIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String LONG = "abcdefgh".repeat(500);
    private static final AtomicInteger CHANNELS = new AtomicInteger();
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.compression", "true",
                "tidings.limits.message-size", "100K",
                "tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void messagesAreTheSameEitherWay(boolean serverNoContext, boolean clientNoContext) {
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setTryUsePerMessageCompression(true)
                .setCompressionRequestServerNoContext(serverNoContext)
                .setCompressionAllowClientNoContext(clientNoContext);
        try (FrameClient client = open(options);
                WsClient plain = WsClient.connect(server, TOKEN)) {
            String channel = "zip:" + serverNoContext + clientNoContext;
            client.next();
            client.next();
            client.socket().writeTextMessage("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"" + channel + "\"}");
            client.next();
            plain.subscribe(channel);
            Random random = new Random(7);
            for (int i = 1; i <= 50; i++) {
                // Short and long, repetitive and not.
                byte[] noise = new byte[i * 300];
                random.nextBytes(noise);
                String payload =
                        i % 2 == 0 ? "x".repeat(i * i * 20) : HexFormat.of().formatHex(noise);
                client.socket()
                        .writeTextMessage(WsClient.publishMessage(
                                "p" + i,
                                channel,
                                "thing.done",
                                '"' + payload.substring(0, Math.min(30_000, payload.length())) + '"'));
                String first = text(client);
                String second = text(client);
                String message = first.contains("\"published\"") ? second : first;
                assertThat(WsClient.parse(message)).isEqualTo(plain.expect("message"));
            }
        }
    }

    @Test
    void longMessagesAreCompressedAndShortOnesAreNot() {
        try (RawClient client = new RawClient(server, TOKEN, EXTENSIONS + ": permessage-deflate")) {
            assertThat(client.response()).containsIgnoringCase(EXTENSIONS + ": permessage-deflate");
            RawClient.Frame frame = longMessage(client);
            assertThat(frame.head()).as("final, compressed, text").isEqualTo(0xc1);
            assertThat(frame.length()).isLessThan(300);
            assertThat(frame.text()).endsWith("\"payload\":\"" + LONG + "\"}");
            client.sendText("{\"type\":\"ping\"}");
            RawClient.Frame pong = client.next();
            while (!pong.text().contains("pong")) {
                pong = client.next();
            }
            assertThat(pong.head()).isEqualTo(0x81);
        }
    }

    /** Whoever has less memory than a whole window takes is sent what needs none. */
    @Test
    void aSmallWindowIsNotOverrun() {
        try (RawClient client =
                new RawClient(server, TOKEN, EXTENSIONS + ": permessage-deflate; server_max_window_bits=9")) {
            assertThat(longMessage(client).head()).isEqualTo(0x81);
        }
    }

    /** The message of a long event. */
    private static RawClient.Frame longMessage(RawClient client) {
        String channel = "long:" + CHANNELS.incrementAndGet();
        client.sendText("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"" + channel + "\"}");
        client.sendText(
                "{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"event\":\"x\",\"payload\":\"" + LONG + "\"}");
        RawClient.Frame frame = client.next();
        while (!frame.text().contains("\"type\":\"message\"")) {
            frame = client.next();
        }
        return frame;
    }

    @Test
    void whoOffersNothingGetsNothingCompressed() {
        try (RawClient client = new RawClient(server, TOKEN)) {
            assertThat(client.response()).doesNotContainIgnoringCase(EXTENSIONS);
            assertThat(longMessage(client).head()).isEqualTo(0x81);
        }
    }

    @Test
    void isOffUnlessConfigured() {
        try (TidingsServer plain = TidingsServer.start();
                RawClient client = new RawClient(plain, TOKEN, EXTENSIONS + ": permessage-deflate")) {
            assertThat(client.response()).doesNotContainIgnoringCase(EXTENSIONS);
            assertThat(longMessage(client).head()).isEqualTo(0x81);
        }
    }

    /** 50 MB of the same letter are 50 KB compressed. */
    @Test
    void aMessageIsBoundedByWhatItBecomes() {
        try (FrameClient client = open(new WebSocketClientOptions().setTryUsePerMessageCompression(true))) {
            client.socket().writeTextMessage("x".repeat(50_000_000));
            assertThat(client.awaitClose()).isEqualTo(1009);
        }
        assertThat(server.isReady()).isTrue();
    }

    private static FrameClient open(WebSocketClientOptions options) {
        return FrameClient.open(
                server,
                "",
                TOKEN,
                "tidings.v1.json",
                options.setMaxFrameSize(60_000_000).setMaxMessageSize(60_000_000));
    }

    private static String text(FrameClient client) {
        return new String(client.next(), StandardCharsets.UTF_8);
    }
}
