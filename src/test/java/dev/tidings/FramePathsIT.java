package dev.tidings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.protocol.MessagePack;
import dev.tidings.testing.FrameClient;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.RawClient.Frame;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Frames written beneath the framework and those that it writes: two instances of one log, one for each way. */
class FramePathsIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");

    /** Around the lengths at which a frame's header grows (RFC 6455, section 5.2), and beyond ASCII. */
    private static final List<String> TEXTS = Stream.concat(
                    IntStream.of(0, 1, 60_000, 65_250, 65_350, 65_450, 200_000).mapToObj("x"::repeat),
                    Stream.of("é☃😀".repeat(5_000), "\\u0000\\\"\\n"))
            .toList();

    private static RedisServer redis;
    private static TidingsServer direct;
    private static TidingsServer plain;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        Map<String, String> settings = new HashMap<>(Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.limits.connections-per-subject", "100"));
        direct = TidingsServer.start(settings);
        settings.put("tidings.direct-frames", "false");
        plain = TidingsServer.start(settings);
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(direct, plain, redis).forEach(FramePathsIT::close);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void areTheSameToTheByte() {
        try (RawClient one = subscribed(direct);
                RawClient other = subscribed(plain);
                WsClient publisher = WsClient.connect(direct, TOKEN)) {
            int events = publish(publisher, "paths:json");
            for (int i = 0; i < events; i++) {
                Frame expected = one.next();
                Frame found = other.next();
                assertThat(found.head()).isEqualTo(expected.head()).isEqualTo(0x81);
                assertThat(found.payload()).as("event " + i).isEqualTo(expected.payload());
            }
            String unknown = "{\"type\":\"é\",\"id\":\"é\"}";
            one.sendText(unknown);
            other.sendText(unknown);
            assertThat(other.next().text()).isEqualTo(one.next().text());
        }
    }

    @Test
    void areTheSameInMessagePack() {
        try (FrameClient one = packed(direct);
                FrameClient other = packed(plain);
                WsClient publisher = WsClient.connect(plain, TOKEN)) {
            int events = publish(publisher, "paths:packed");
            for (int i = 0; i < events; i++) {
                assertThat(other.next()).as("event " + i).isEqualTo(one.next());
            }
        }
    }

    /** The framework, asked to do without, does not compress either. */
    @Test
    void compressionIsOfTheOneWayOnly() {
        String extension = "Sec-WebSocket-Extensions: permessage-deflate";
        TidingsServer server =
                TidingsServer.start(Map.of("tidings.direct-frames", "false", "tidings.compression", "true"));
        try (server;
                RawClient client = new RawClient(server, TOKEN, extension)) {
            assertThat(client.response()).doesNotContainIgnoringCase("permessage-deflate");
            assertThat(client.next().text()).contains("\"welcome\"");
        }
    }

    private static RawClient subscribed(TidingsServer server) {
        RawClient client = new RawClient(server, TOKEN);
        client.sendText("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"paths:json\"}");
        while (!client.next().text().contains("\"type\":\"subscribed\"")) {
            // What comes before it is each connection's own.
        }
        return client;
    }

    private static FrameClient packed(TidingsServer server) {
        FrameClient client = FrameClient.open(
                server, "", TOKEN, "tidings.v1.msgpack", new WebSocketClientOptions().setMaxFrameSize(1 << 20));
        String subscribe = "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"paths:packed\"}";
        client.socket().writeBinaryMessage(Buffer.buffer(MessagePack.pack(subscribe.getBytes(UTF_8))));
        while (!new String(client.next(), UTF_8).contains("subscribed")) {
            // As above.
        }
        return client;
    }

    /** Answers how many events that makes. */
    private static int publish(WsClient publisher, String channel) {
        for (String text : TEXTS) {
            publisher.publish(channel, "thing.said", "{\"text\":\"" + text + "\"}");
            publisher.publish(channel, "state.changed", "{\"patch\":{\"length\":" + text.length() + "}}");
        }
        return 2 * TEXTS.size();
    }
}
