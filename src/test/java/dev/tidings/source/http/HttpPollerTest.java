package dev.tidings.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpPollerTest {
    private static final Channel CHANNEL = new Channel("rates:eur");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Map<String, List<String>>> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private volatile HttpHandler answer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            asked.add(Map.copyOf(exchange.getRequestHeaders()));
            try (exchange) {
                answer.handle(exchange);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private HttpPoller poller(String path, String pointer, Map<JsonPointer, Double> bands) {
        return new HttpPoller(
                new HttpTarget(
                        URI.create(address() + path),
                        Map.of("Authorization", "Bearer secret"),
                        JsonPointer.compile(pointer),
                        CHANNEL,
                        bands,
                        1000,
                        Duration.ofMillis(700)),
                client);
    }

    private HttpPoller poller() {
        return poller("/", "", Map.of());
    }

    private static ObjectNode state(HttpPoller poller) throws SourceUnavailable, InterruptedException {
        return state(poller, Map.of());
    }

    private static ObjectNode state(HttpPoller poller, Map<Channel, ObjectNode> published)
            throws SourceUnavailable, InterruptedException {
        return poller.poll(published).states().get(CHANNEL);
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static HttpHandler body(String body) {
        return exchange -> respond(exchange, 200, body.replace('\'', '"'));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.parse(text.replace('\'', '"')).tree();
    }

    private static void assertUnavailable(ThrowingCallable call, String reason) {
        assertThatThrownBy(call).isInstanceOf(SourceUnavailable.class).hasMessage(reason);
    }

    @Test
    void theAnswerIsTheState() throws Exception {
        answer = body("{'a':1.10,'b':null,'c':{'d':[1,null]}}");
        assertThat(state(poller())).isEqualTo(json("{'a':1.10,'c':{'d':[1,null]}}"));
        assertThat(asked.getFirst().get("Authorization")).containsExactly("Bearer secret");
        assertThat(poller().scope().text()).isEqualTo("rates:eur");
    }

    @Test
    void aPointerSelectsAPart() throws Exception {
        answer = body("{'data':[{'x':1},{'y':2}]}");
        assertThat(state(poller("/", "/data/1", Map.of()))).isEqualTo(json("{'y':2}"));
        assertUnavailable(
                () -> state(poller("/", "/data/7", Map.of())),
                "what the answer has at /data/7 is nothing, not an object");
        assertUnavailable(
                () -> state(poller("/", "/data", Map.of())), "what the answer has at /data is array, not an object");
    }

    @Test
    void whatIsNoObjectIsUnavailable() {
        answer = body("[1,2]");
        assertUnavailable(() -> state(poller()), "the answer is array, not an object");
        answer = body("<html>");
        assertUnavailable(() -> state(poller()), "the answer is not JSON");
        answer = body("{'a':1} x");
        assertUnavailable(() -> state(poller()), "the answer is not JSON");
        answer = body("");
        assertUnavailable(() -> state(poller()), "the answer is empty");
    }

    @Test
    void aDocumentIsAskedForAgainOnlyIfItChanged() throws Exception {
        answer = exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            exchange.getResponseHeaders().add("Last-Modified", "Mon, 05 Jan 2026 00:00:00 GMT");
            boolean same = "\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            respond(exchange, same ? 304 : 200, same ? "" : "{\"a\":1}");
        };
        HttpPoller poller = poller();
        assertThat(state(poller)).isEqualTo(json("{'a':1}"));
        assertThat(state(poller)).isEqualTo(json("{'a':1}"));
        assertThat(asked.getFirst()).doesNotContainKeys("If-none-match", "If-modified-since");
        assertThat(asked.getLast().get("If-modified-since")).containsExactly("Mon, 05 Jan 2026 00:00:00 GMT");

        answer = body("{'a':2}");
        assertThat(state(poller)).isEqualTo(json("{'a':2}"));
        assertThat(state(poller)).isEqualTo(json("{'a':2}"));
        assertThat(asked.getLast()).doesNotContainKey("If-none-match");
    }

    @Test
    void aDocumentThatWasOfNoUseIsAskedForWhole() throws Exception {
        HttpPoller poller = poller();
        answer = exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            respond(exchange, 200, "[]");
        };
        assertUnavailable(() -> state(poller), "the answer is array, not an object");
        assertUnavailable(() -> state(poller), "the answer is array, not an object");
        assertThat(asked.getLast()).doesNotContainKey("If-none-match");
        answer = exchange -> respond(exchange, 304, "");
        assertUnavailable(() -> state(poller), "answered with status 304");
    }

    @Test
    void anotherStatusIsUnavailable() {
        answer = exchange -> respond(exchange, 500, "{\"secret\":1}");
        assertUnavailable(() -> state(poller()), "answered with status 500");
        answer = exchange -> respond(exchange, 204, "");
        assertUnavailable(() -> state(poller()), "answered with status 204");
        answer = exchange -> respond(exchange, 404, "x".repeat(5000));
        assertUnavailable(() -> state(poller()), "answered with status 404");
    }

    @Test
    void anAnswerThatIsTooLargeIsUnavailable() {
        answer = body("{'a':'" + "x".repeat(993) + "'}");
        assertUnavailable(() -> state(poller()), "the answer is larger than 1000 bytes");
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] much = new byte[64_000];
            while (ended.getCount() > 0) {
                exchange.getResponseBody().write(much);
            }
        };
        assertUnavailable(() -> state(poller()), "the answer is larger than 1000 bytes");
    }

    @Test
    void theLargestAnswerIsTaken() throws Exception {
        answer = body("{'a':'" + "x".repeat(992) + "'}");
        assertThat(state(poller()).path("a").asText()).hasSize(992);
    }

    @Test
    void anAnswerThatComesTooSlowlyIsUnavailable() {
        answer = exchange -> awaitEnd();
        assertUnavailable(() -> state(poller()), "did not answer within 700 ms");
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd();
        };
        assertUnavailable(() -> state(poller()), "did not answer within 700 ms");
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        HttpPoller poller = poller();
        server.stop(0);
        assertUnavailable(() -> state(poller), "cannot be reached: no connection");
    }

    @Test
    void redirectsAreFollowedOnTheSameHostOnly() throws Exception {
        answer = exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/end")) {
                respond(exchange, 200, "{\"a\":1}");
                return;
            }
            String location = switch (path) {
                case "/other" -> address().replace("127.0.0.1", "localhost") + "/end";
                case "/port" -> "http://127.0.0.1:1/end";
                case "/file" -> "file:///etc/passwd";
                case "/round" -> "/round";
                default -> "/end";
            };
            exchange.getResponseHeaders().add("Location", location);
            respond(exchange, 302, "");
        };
        assertThat(state(poller("/here", "", Map.of()))).isEqualTo(json("{'a':1}"));
        int before = asked.size();
        assertUnavailable(() -> state(poller("/other", "", Map.of())), "redirected to another host");
        assertUnavailable(() -> state(poller("/port", "", Map.of())), "redirected to another host");
        assertUnavailable(() -> state(poller("/file", "", Map.of())), "redirected to another host");
        assertThat(asked).hasSize(before + 3);
        assertUnavailable(() -> state(poller("/round", "", Map.of())), "redirected more than 5 times");
    }

    @Test
    void numbersWithinTheirBandStayAsPublished() throws Exception {
        HttpPoller poller = poller("/", "", Map.of(JsonPointer.compile("/t"), 1.0));
        answer = body("{'t':20.9}");
        Map<Channel, ObjectNode> published = Map.of(CHANNEL, json("{'t':20}"));
        assertThat(state(poller, published)).isEqualTo(json("{'t':20}"));
        answer = body("{'t':21.1}");
        assertThat(state(poller, published)).isEqualTo(json("{'t':21.1}"));
    }

    @Test
    void aTargetDoesNotShowItsSecrets() {
        HttpTarget target = new HttpTarget(
                URI.create("http://host/?key=secret"),
                Map.of("Authorization", "secret"),
                JsonPointer.empty(),
                CHANNEL,
                Map.of(),
                1,
                Duration.ZERO);
        assertThat(target.toString()).doesNotContain("secret");
    }
}
