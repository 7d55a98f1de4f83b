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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done beneath the framework, and what it does itself: two instances of one log, one for each way. */
class FastPathIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");

    /** Around the lengths at which a frame's header grows (RFC 6455, section 5.2), and beyond ASCII. */
    private static final List<String> TEXTS = Stream.concat(
                    IntStream.of(0, 1, 60_000, 65_250, 65_350, 65_450, 200_000).mapToObj("x"::repeat),
                    Stream.of("é☃😀".repeat(5_000), "\\u0000\\\"\\n"))
            .toList();

    private static final HttpClient HTTP = HttpClient.newHttpClient();
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
        settings.put("tidings.fast-path", "false");
        plain = TidingsServer.start(settings);
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(direct, plain, redis).forEach(FastPathIT::close);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void framesAreTheSameToTheByte() {
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
            assertThat(withoutTime(other.next().text()))
                    .contains("unknown_type")
                    .isEqualTo(withoutTime(one.next().text()));
        }
    }

    private static String withoutTime(String message) {
        return message.replaceAll("\"timestamp\":\\d+", "");
    }

    @Test
    void framesAreTheSameInMessagePack() {
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
        TidingsServer server = TidingsServer.start(Map.of("tidings.fast-path", "false", "tidings.compression", "true"));
        try (server;
                RawClient client = new RawClient(server, TOKEN, extension)) {
            assertThat(client.response()).doesNotContainIgnoringCase("permessage-deflate");
            assertThat(client.next().text()).contains("\"welcome\"");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            paths:http           | application/json                | {"event":"a.b","event_id":"one","payload":{"é":[1.10,null]}}
            paths:http           | application/json; charset=utf-8 | {"event":"a.b","event_id":"two","cause":"one"}
            paths:http           | text/plain                      | {"event":"a.b"}
            paths:http           | application/json                | {"event":"a b"}
            paths:http           | application/json                | {"payload":{}}
            paths:http           | application/json                | {"event":"a.b"} {}
            paths:http           | application/json                | [
            paths:HTTP           | application/json                | {"event":"a.b","event_id":"six"}
            paths                | application/json                | {"event":"a.b"}
            other:http           | application/json                | {"event":"a.b"}
            paths%3Ahttp         | application/json                | {"event":"a.b","event_id":"three"}
            paths:a/events/x     | application/json                | {"event":"a.b","event_id":"four"}
            paths:h%C3%A9        | application/json                | {"event":"a.b","event_id":"five"}
            paths:h%C3           | application/json                | {"event":"a.b"}
            paths:a;b=c          | application/json                | {"event":"a.b"}
            paths:http/..        | application/json                | {"event":"a.b"}
            """)
    void publishingIsAnsweredTheSame(String channel, String type, String body) throws Exception {
        String events = "/api/v1/channels/" + channel + "/events";
        // Stored by the first; all others, and both ways, give its answer again.
        post(direct, events, type, body);
        for (String path : List.of(events, events + "/", events + "?x=1")) {
            HttpResponse<String> one = post(direct, path, type, body);
            HttpResponse<String> other = post(plain, path, type, body);
            assertThat(other.body()).isEqualTo(one.body());
            assertThat(headers(other)).isEqualTo(headers(one));
            assertThat(other.statusCode()).isEqualTo(one.statusCode());
        }
    }

    private static HttpResponse<String> post(TidingsServer server, String path, String type, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(server.uri(path))
                        .header("Authorization", "Bearer " + Tokens.token("ada", "publish:paths:*"))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, List<String>> headers(HttpResponse<?> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("x-request-id");
        return headers;
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
