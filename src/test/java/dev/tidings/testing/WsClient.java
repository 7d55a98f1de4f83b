package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the native protocol on a real socket. What it hears waits until a test asks for it. */
public final class WsClient implements AutoCloseable {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_SECONDS = 10;

    /** More of one connection are like those; checking all would make the client the slow part of a test. */
    private static final long CHECKED_FRAMES = 500;

    private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();

    /** What was heard and is not as the description of the WebSocket says. */
    private final Queue<String> undescribed = new ConcurrentLinkedQueue<>();

    /** Messages heard before a reply that a test asked for first. */
    private final Deque<JsonNode> aside = new ArrayDeque<>();

    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final TidingsServer server;
    private final WebSocket socket;
    private volatile boolean paused;
    private JsonNode authenticated = JSON.missingNode();
    private String connection = "";

    /** How a connection ended. */
    public record Close(int code, String reason) {}

    private WsClient(WebSocket.Builder builder, TidingsServer server, String path, String... protocols) {
        this(builder, server, java.net.URI.create("ws://127.0.0.1:" + server.port() + path), protocols);
    }

    private WsClient(WebSocket.Builder builder, TidingsServer server, java.net.URI address, String... protocols) {
        if (protocols.length > 0) {
            builder.subprotocols(
                    protocols[0],
                    List.of(protocols).subList(1, protocols.length).toArray(String[]::new));
        }
        this.server = server;
        this.socket = builder.connectTimeout(Duration.ofSeconds(10))
                .buildAsync(address, new Ear())
                .orTimeout(15, TimeUnit.SECONDS)
                .join();
    }

    /** Connects without a token. */
    public static WsClient open(TidingsServer server) {
        return new WsClient(HTTP.newWebSocketBuilder(), server, "/ws", "tidings.v1.json");
    }

    /** Connects with what the builder has and the sub-protocols given. */
    public static WsClient open(TidingsServer server, WebSocket.Builder builder, String... protocols) {
        return new WsClient(builder, server, "/ws", protocols);
    }

    /** Connects with options, and a token unless it is empty; several messages may come as one array. */
    public static WsClient openWith(TidingsServer server, String query, String token) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        return new WsClient(builder, server, "/ws?" + query, "tidings.v1.json");
    }

    public static WebSocket.Builder builder() {
        return HTTP.newWebSocketBuilder();
    }

    /** Connects with a token on the handshake, and takes welcome and authenticated. */
    public static WsClient connect(TidingsServer server, String token) {
        return new WsClient(
                        HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + token),
                        server,
                        "/ws",
                        "tidings.v1.json")
                .welcomed();
    }

    /** The same by TLS, on a port of its own, with a client that decides whom to trust. */
    public static WsClient connectSecurely(TidingsServer server, int port, HttpClient http, String token) {
        return new WsClient(
                        http.newWebSocketBuilder().header("Authorization", "Bearer " + token),
                        server,
                        java.net.URI.create("wss://localhost:" + port + "/ws"),
                        "tidings.v1.json")
                .welcomed();
    }

    private WsClient welcomed() {
        connection = expect("welcome").at("/payload/connection").asText();
        authenticated = expect("authenticated").path("payload");
        return this;
    }

    /** Connects as somebody who may do everything in the default tenant. */
    public static WsClient connect(TidingsServer server) {
        return connect(server, Tokens.token("ada", "*:*"));
    }

    public WsClient send(String json) {
        socket.sendText(json, true).join();
        return this;
    }

    /** Sends, unless the server ends the connection meanwhile. */
    public void sendIfOpen(String json) {
        try {
            socket.sendText(json, true).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw e;
            }
        }
    }

    /** Stops reading: what comes fills the buffers on the way, then waits at the server. */
    public void pause() {
        paused = true;
    }

    /** Reads on. */
    public void resume() {
        paused = false;
        socket.request(1);
    }

    /** The connection's id, where it was taken from the welcome. */
    public String connection() {
        return connection;
    }

    /** The underlying socket. */
    public WebSocket socket() {
        return socket;
    }

    /** Sends, and waits for the reply with the same id; what comes before it stays to be heard. */
    public JsonNode ask(String json) {
        String id = parse(json).path("id").asText();
        send(json);
        return expect(message -> message.path("id").asText().equals(id) && !isEvent(message), "a reply to " + id);
    }

    /** Subscribes and takes the reply. */
    public JsonNode subscribe(String target, String payload) {
        JsonNode reply = ask("{\"type\":\"subscribe\",\"id\":\"s-" + target + "\",\"channel\":\"" + target
                + "\",\"payload\":" + payload + "}");
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("subscribed");
        return reply;
    }

    public JsonNode subscribe(String target) {
        return subscribe(target, "{}");
    }

    /** Publishes and takes the reply. */
    public JsonNode publish(String channel, String event, String payload) {
        JsonNode reply = ask(publishMessage("p", channel, event, payload));
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("published");
        return reply;
    }

    public static String publishMessage(String id, String channel, String event, String payload) {
        ObjectNode message = JSON.createObjectNode();
        message.put("type", "publish").put("id", id).put("channel", channel).put("event", event);
        message.set("payload", parse(payload));
        return message.toString();
    }

    /** The next message, of whatever type. */
    public JsonNode next() {
        return next(Duration.ofSeconds(PATIENCE_SECONDS));
    }

    /** The next message, for which it is worth waiting so long. */
    public JsonNode next(Duration patience) {
        assertThat(undescribed).as("what is not described").isEmpty();
        JsonNode waiting = aside.poll();
        if (waiting != null) {
            return waiting;
        }
        try {
            JsonNode message = heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as("a message within " + patience).isNotNull();
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next message, which is of this type. */
    public JsonNode expect(String type) {
        JsonNode message = next();
        assertThat(message.path("type").asText()).as(message.toString()).isEqualTo(type);
        return message;
    }

    /** The next error, which has this code. */
    public JsonNode expectError(String code) {
        JsonNode message = expect("error");
        assertThat(message.at("/payload/code").asText()).as(message.toString()).isEqualTo(code);
        return message;
    }

    /** The next so many events. */
    public List<JsonNode> events(int count) {
        List<JsonNode> events = new ArrayList<>();
        while (events.size() < count) {
            events.add(expect("message"));
        }
        return events;
    }

    /**
     * Everything on its way to this client: what comes before an event that somebody else publishes now for it alone. A reply
     * would not do, for it may overtake events.
     */
    public List<JsonNode> heardSoFar() {
        String mark = "mark-" + System.nanoTime();
        String channel = "user:" + authenticated.path("subject").asText();
        subscribe(channel);
        String tenant = authenticated.path("tenant").asText();
        server.post(
                "/api/v1/channels/" + channel + "/events",
                Tokens.tenantToken(tenant, "somebody-else", "*:*"),
                "{\"event\":\"mark\",\"event_id\":\"" + mark + "\"}");
        List<JsonNode> before = new ArrayList<>();
        JsonNode message = next();
        while (!message.path("id").asText().equals(mark)) {
            before.add(message);
            message = next();
        }
        ask("{\"type\":\"unsubscribe\",\"id\":\"" + mark + "\",\"channel\":\"" + channel + "\"}");
        return before;
    }

    /** What has been heard and not been asked for, without waiting. */
    public List<JsonNode> heard() {
        List<JsonNode> messages = new ArrayList<>(aside);
        aside.clear();
        heard.drainTo(messages);
        return messages;
    }

    /** Waits until the server has ended the connection. */
    public Close awaitClose() {
        try {
            return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new AssertionError("not closed; heard " + heard, e);
        }
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static boolean isEvent(JsonNode message) {
        return message.path("type").asText().equals("message");
    }

    private JsonNode expect(java.util.function.Predicate<JsonNode> wanted, String what) {
        List<JsonNode> others = new ArrayList<>();
        JsonNode message = next();
        while (!wanted.test(message)) {
            others.add(message);
            assertThat(others).as("waiting for " + what).hasSizeLessThan(100_000);
            message = next();
        }
        others.reversed().forEach(aside::addFirst);
        return message;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private long frames;

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode frame = parse(text.toString());
                text.setLength(0);
                if (frames++ < CHECKED_FRAMES) {
                    undescribed.addAll(AsyncApi.OURS.faults(frame));
                }
                heard.add(frame);
            }
            if (!paused) {
                webSocket.request(1);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(new Close(statusCode, reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(new Close(-1, error.toString()));
        }
    }
}
