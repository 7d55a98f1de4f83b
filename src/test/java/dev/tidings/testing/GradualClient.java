package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A client that shows one stateful channel, as docs/migration.md has it: it can poll, it can listen, and where it changes from one
 * to the other it goes on at the place where it is. It ends with the event {@link #LAST}.
 */
public final class GradualClient {
    /** The event that ends it. */
    public static final String LAST = "test.ended";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int POLL_MS = 200;

    private final TidingsServer server;
    private final String channel;
    private final String token;
    private final Way way;
    private final List<JsonNode> events = new ArrayList<>();
    private final CompletableFuture<List<JsonNode>> ended = new CompletableFuture<>();
    private final long startedAt;
    private JsonNode state;
    private String epoch;
    private long offset;
    private volatile boolean listens;
    private final AtomicInteger changes = new AtomicInteger();

    /** How a client is told of what happens. */
    public sealed interface Way {
        /** Always by long polls. */
        record Polling() implements Way {}

        /** Always by a WebSocket. */
        record Listening() implements Way {}

        /** By a WebSocket while the state of this channel has {@code enabled}, else by long polls. */
        record Flagged(String flag) implements Way {}
    }

    private GradualClient(TidingsServer server, String channel, String subject, Way way) {
        this.server = server;
        this.channel = channel;
        this.token = Tokens.token(subject, "*:*");
        this.way = way;
        HttpResponse<String> answer = state(channel);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        this.state = WsClient.parse(answer.body());
        String[] place = answer.headers()
                .firstValue("ETag")
                .orElseThrow()
                .replace("\"", "")
                .split(":", -1);
        this.epoch = place[0];
        this.offset = Long.parseLong(place[1]);
        this.startedAt = offset;
    }

    /** Reads the channel's state and goes on from there. */
    public static GradualClient start(TidingsServer server, String channel, String subject, Way way) {
        GradualClient client = new GradualClient(server, channel, subject, way);
        Thread.ofVirtual().name("client-" + subject).start(client::run);
        return client;
    }

    /** True while it has a WebSocket, false while it polls. */
    public boolean listens() {
        return listens;
    }

    /** How often it has begun to listen or to poll. */
    public int changes() {
        return changes.get();
    }

    /** The offset after which it has to hear everything. */
    public long startedAt() {
        return startedAt;
    }

    /** Everything it was told, in the order it came, once it has ended. */
    public List<JsonNode> events() {
        return ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** What it has made of its first state and of what it was told, once it has ended. */
    public JsonNode state() {
        List<JsonNode> unused = events();
        return state;
    }

    private void run() {
        try {
            while (!isOver()) {
                BooleanSupplier wanted = () -> switch (way) {
                    case Way.Polling polling -> false;
                    case Way.Listening listening -> true;
                    case Way.Flagged(String flag) -> isOn(state(flag));
                };
                if (wanted.getAsBoolean()) {
                    listen();
                } else {
                    poll(wanted);
                }
            }
            ended.complete(List.copyOf(events));
        } catch (RuntimeException | AssertionError failure) {
            ended.completeExceptionally(failure);
        }
    }

    private void poll(BooleanSupplier isToListen) {
        listens = false;
        changes.incrementAndGet();
        do {
            HttpResponse<String> answer = server.send(server.request(
                            "/api/v1/channels/" + channel + "/events?epoch=" + epoch + "&since_offset=" + offset
                                    + "&wait_ms=" + POLL_MS,
                            token)
                    .build());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode page = WsClient.parse(answer.body());
            assertThat(page.path("recovered").asBoolean()).as(answer.body()).isTrue();
            page.path("events").forEach(this::told);
            epoch = page.path("epoch").asText();
            offset = page.path("offset").asLong();
        } while (!isOver() && !isToListen.getAsBoolean());
    }

    private void listen() {
        changes.incrementAndGet();
        try (WsClient client = WsClient.connect(server, token)) {
            String since = "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}}";
            JsonNode subscribed = client.subscribe(channel, since);
            assertThat(subscribed.at("/payload/recovered").asBoolean())
                    .as(subscribed.toString())
                    .isTrue();
            boolean wanted = true;
            if (way instanceof Way.Flagged(String flag)) {
                wanted = client.subscribe(flag, "{\"state\":true}")
                        .at("/payload/state/data/enabled")
                        .asBoolean();
            }
            listens = true;
            while (wanted && !isOver()) {
                JsonNode message = client.next(PATIENCE);
                assertThat(message.path("type").asText()).as(message.toString()).isEqualTo("message");
                if (message.path("channel").asText().equals(channel)) {
                    told(message);
                    offset = message.path("offset").asLong();
                } else {
                    wanted = message.at("/payload/patch/enabled").asBoolean();
                }
            }
        }
        listens = false;
    }

    private void told(JsonNode event) {
        events.add(event);
        if (event.path("event").asText().equals("state.changed")) {
            state = merged(state, event.at("/payload/patch"));
        }
    }

    private boolean isOver() {
        return !events.isEmpty() && events.getLast().path("event").asText().equals(LAST);
    }

    private HttpResponse<String> state(String of) {
        return server.send(
                server.request("/api/v1/channels/" + of + "/state", token).build());
    }

    private static boolean isOn(HttpResponse<String> flag) {
        return flag.statusCode() == 200
                && WsClient.parse(flag.body()).path("enabled").asBoolean();
    }

    /** RFC 7396, written once more: the service's own must not be held against itself. */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : WsClient.JSON.createObjectNode();
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                JsonNode before = result.path(member.getKey());
                result.set(member.getKey(), merged(before, member.getValue()));
            }
        });
        return result;
    }
}
