package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A Socket.IO client that polls, and does whatever a test wants it to. */
public final class RawSocketIo {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String QUERY = "/socket.io/?EIO=4&transport=polling";

    private final TidingsServer server;
    private final String sid;
    private final List<String> heard = new ArrayList<>();

    private RawSocketIo(TidingsServer server, String sid) {
        this.server = server;
        this.sid = sid;
    }

    /** Begins a session, and says nothing yet. */
    public static RawSocketIo open(TidingsServer server) {
        HttpResponse<String> answer = server.get(QUERY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).startsWith("0{");
        JsonNode open = WsClient.parse(answer.body().substring(1));
        return new RawSocketIo(server, open.path("sid").asText());
    }

    /** Begins a session and is let in. */
    public static RawSocketIo connect(TidingsServer server, String token) {
        RawSocketIo client = open(server);
        client.say("40{\"token\":\"" + token + "\"}");
        client.expect("40");
        return client;
    }

    public String sid() {
        return sid;
    }

    public URI uri() {
        return server.uri(QUERY + "&sid=" + sid);
    }

    /** Shows signs of life until it is gone. */
    public RawSocketIo keepAlive() {
        beat(() -> post("3").statusCode() == 200);
        return this;
    }

    /** Does something twice a second until it comes to nothing. */
    public static void beat(BooleanSupplier sign) {
        ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        var unused = heart.scheduleWithFixedDelay(
                () -> {
                    boolean lives = false;
                    try {
                        lives = sign.getAsBoolean();
                    } finally {
                        if (!lives) {
                            heart.shutdown();
                        }
                    }
                },
                0,
                500,
                TimeUnit.MILLISECONDS);
    }

    /** Posts a payload, when what was posted before has been answered. */
    public synchronized HttpResponse<String> post(String payload) {
        return server.send(HttpRequest.newBuilder(uri())
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(payload))
                .build());
    }

    /** Posts what has to be taken. */
    public RawSocketIo say(String payload) {
        HttpResponse<String> answer = post(payload);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        return this;
    }

    /** Polls, and does not wait for the answer. */
    public CompletableFuture<HttpResponse<String>> poll() {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(uri()).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    /** Polls until a packet comes that begins like this. */
    public String expect(String beginning) {
        for (int polls = 0; polls < 100; polls++) {
            for (String packet : List.copyOf(heard)) {
                heard.remove(packet);
                if (packet.startsWith(beginning)) {
                    return packet;
                }
            }
            HttpResponse<String> answer = poll().join();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            heard.addAll(List.of(answer.body().split("\u001e", -1)));
        }
        throw new AssertionError("no " + beginning);
    }

    /** Takes its leave as a client does that is sent away: polls, once at a time, until it is not known any more. */
    public void awaitEnd() {
        List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
        Awaitility.await(sid).atMost(Duration.ofSeconds(20)).until(() -> {
            if (!isGone() && (polls.isEmpty() || polls.getLast().isDone())) {
                polls.add(poll());
            }
            return isGone();
        });
    }

    /** True when the server knows the session no more. */
    public boolean isGone() {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(uri())
                .timeout(Duration.ofSeconds(10))
                .method("PUT", BodyPublishers.noBody())
                .build());
        // A session that is known says that there is no such method.
        return answer.body().contains("\"code\":1");
    }
}
