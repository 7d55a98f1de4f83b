package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Traces, as an OpenTelemetry collector gets them. */
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private final Queue<JsonNode> spans = new ConcurrentLinkedQueue<>();
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @BeforeEach
    void collect() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Key")));
                JsonNode body = WsClient.JSON.readTree(exchange.getRequestBody());
                JsonNode resource = body.at("/resourceSpans/0/resource/attributes");
                assertThat(text(resource, "service.name")).isEqualTo("tidings");
                body.at("/resourceSpans/0/scopeSpans/0/spans").forEach(spans::add);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                byte[] answer = {'{', '}'};
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    void anEventsTraceGoesFromItsCallerToItsDeliveryByAnotherInstance() {
        try (RedisServer redis = RedisServer.start()) {
            List<TidingsServer> servers = TidingsServer.start(
                    Map.of(
                            "tidings.log.backend", "redis",
                            "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                            "tidings.tracing.endpoint",
                                    "http://127.0.0.1:" + collector.getAddress().getPort() + "/",
                            "tidings.tracing.ratio", "0",
                            "tidings.tracing.headers.x-key", "k-1"),
                    2);
            try (TidingsServer first = servers.getFirst();
                    TidingsServer second = servers.getLast();
                    WsClient client = WsClient.connect(second)) {
                client.subscribe("agent:1");
                publish(first, "traced", "00-" + TRACE + '-' + CALLER + "-01");
                publish(first, "not-sampled", "00-" + TRACE + '-' + CALLER + "-00");
                publish(first, "nonsense", "00-" + TRACE);
                JsonNode traced = client.expect("message");
                assertThat(traced.path("cause").asText()).isEqualTo("00-" + TRACE + '-' + CALLER + "-01");
                assertThat(client.events(2).getLast().has("cause")).isFalse();
                client.send("{\"type\":\"publish\",\"id\":\"p\",\"channel\":\"agent:1\",\"event\":\"agent.said\","
                        + "\"payload\":1,\"cause\":\"00-" + TRACE + '-' + CALLER + "-01\"}");

                await().atMost(Duration.ofSeconds(30))
                        .until(() -> named("deliver agent").size() >= 2);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> named("publish agent").size() >= 2);
                JsonNode published = of(named("publish agent"), "traced");
                assertThat(published.path("traceId").asText()).isEqualTo(TRACE);
                assertThat(published.path("parentSpanId").asText()).isEqualTo(CALLER);
                JsonNode delivered = of(named("deliver agent"), "traced");
                assertThat(delivered.path("traceId").asText()).isEqualTo(TRACE);
                assertThat(delivered.path("parentSpanId").asText())
                        .isEqualTo(published.path("spanId").asText());
                assertThat(delivered.path("spanId").asText())
                        .hasSize(16)
                        .isNotEqualTo(published.path("spanId").asText());
                assertThat(delivered.path("endTimeUnixNano").asLong())
                        .isGreaterThanOrEqualTo(
                                delivered.path("startTimeUnixNano").asLong());
                assertThat(number(delivered.path("attributes"), "tidings.connections"))
                        .isEqualTo(1);
                assertThat(number(delivered.path("attributes"), "tidings.offset"))
                        .isEqualTo(1);
                assertThat(text(delivered.path("attributes"), "messaging.destination.name"))
                        .isEqualTo("agent:1");
                assertThat(spans).as("of the two sampled events, and no others").hasSize(4);
                assertThat(keys).containsOnly("k-1");
                assertThat(first.get("/q/metrics").body())
                        .containsPattern("tidings_traces_total\\{outcome=\"told\"} [1-9]");
            }
        }
    }

    @Test
    void withoutATraceOfTheCallersAnEventHasOneOfItsOwnAndACollectorThatIsGoneHoldsUpNothing() {
        try (TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.tracing.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "tidings.tracing.ratio",
                        "1"));
                WsClient client = WsClient.connect(server)) {
            client.subscribe("agent:1");
            client.publish("agent:1", "agent.said", "1");
            client.expect("message");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> named("deliver agent").size() == 1
                            && named("publish agent").size() == 1);
            JsonNode published = named("publish agent").getFirst();
            assertThat(published.has("parentSpanId")).isFalse();
            assertThat(published.path("traceId").asText()).matches("[0-9a-f]{32}");
            assertThat(named("deliver agent").getFirst().path("traceId").asText())
                    .isEqualTo(published.path("traceId").asText());

            collector.stop(0);
            client.publish("agent:1", "agent.said", "2");
            client.expect("message");
            await().atMost(Duration.ofSeconds(30)).until(() -> server.output().contains("traces are not told to"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.get("/q/metrics")
                            .body()
                            .matches("(?s).*tidings_traces_total\\{outcome=\"dropped\"} [1-9].*"));
        }
    }

    private static void publish(TidingsServer server, String id, String traceParent) {
        HttpRequest request = server.request("/api/v1/channels/agent:1/events", Tokens.token("ada", "*:*"))
                .header("traceparent", traceParent)
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"agent.said\",\"event_id\":\"" + id + "\"}"))
                .build();
        assertThat(server.send(request).statusCode()).isEqualTo(201);
    }

    private List<JsonNode> named(String name) {
        return spans.stream()
                .filter(span -> span.path("name").asText().equals(name))
                .toList();
    }

    private static JsonNode of(List<JsonNode> spans, String event) {
        return spans.stream()
                .filter(span ->
                        text(span.path("attributes"), "messaging.message.id").equals(event))
                .findFirst()
                .orElseThrow();
    }

    private static String text(JsonNode attributes, String key) {
        return value(attributes, key).path("stringValue").asText();
    }

    private static long number(JsonNode attributes, String key) {
        return value(attributes, key).path("intValue").asLong();
    }

    private static JsonNode value(JsonNode attributes, String key) {
        return StreamSupport.stream(attributes.spliterator(), false)
                .filter(each -> each.path("key").asText().equals(key))
                .findFirst()
                .orElseThrow()
                .path("value");
    }
}
