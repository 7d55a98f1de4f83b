package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.Crowd;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration for a platform of agents, as the package brings it. */
class AgentsIT {
    private static final int TOKENS = 400;
    private static final int READERS = 1000;

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(
                Map.of("quarkus.profile", "prod,agents", "quarkus.log.category.\"dev.tidings\".level", "DEBUG"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void anAnswerComesTokenByTokenToAllReadersInOrder() {
        String ada = token("ada", "user");
        try (CommandClient agent = CommandClient.connect(server, token("a1", "agent"));
                WsClient quick = WsClient.openWith(server, "batch_ms=50", ada);
                WsClient slow = WsClient.openWith(server, "batch_ms=500", ada);
                WsClient plain = WsClient.connect(server, ada);
                CommandClient person = CommandClient.connect(server, ada)) {
            agent.handle("agent:a1");
            for (WsClient reader : List.of(quick, slow, plain)) {
                reader.send("{\"type\":\"subscribe\",\"id\":\"s\",\"channel\":\"conversation:ada/1\"}");
                awaitType(reader, "subscribed");
            }
            person.give("q", "agent:a1", "{\"name\":\"answer\",\"args\":{\"conversation\":\"ada/1\"}}");
            JsonNode command = agent.take();
            String cause = command.path("id").asText();
            HttpResponse<String> published = say(token("a1", "agent"), "conversation:ada/1", cause);
            assertThat(published.statusCode()).isEqualTo(200);
            assertThat(published.headers().firstValue("X-Request-Id")).contains("turn-1");
            agent.answer(command, "{\"status\":\"ok\",\"result\":{\"tokens\":" + TOKENS + "}}");
            assertThat(person.response("q").path("status").asText()).isEqualTo("ok");

            for (WsClient reader : List.of(quick, slow, plain)) {
                List<JsonNode> tokens = tokens(reader);
                assertThat(tokens)
                        .extracting(each -> each.at("/payload/i").asInt())
                        .isEqualTo(IntStream.range(0, TOKENS).boxed().toList());
                assertThat(tokens).allMatch(each -> each.path("cause").asText().equals(cause));
            }
            Awaitility.await("the line of the call")
                    .until(() -> server.output()
                            .lines()
                            .anyMatch(line -> line.contains("turn-1") && line.contains("a1@default")));
        }
    }

    /** A conversation that many have been let into; five connections each, as many as they may have. */
    @Test
    void aThousandReadersHearEachTokenOnceAndInOrder() {
        String channel = "conversation:team-9";
        List<String> tokens = IntStream.range(0, READERS / 5)
                .mapToObj(i -> {
                    Map<String, Object> claims = Tokens.claims("reader-" + i);
                    claims.put("groups", List.of("user"));
                    claims.put("permissions", List.of("subscribe:" + channel));
                    return Tokens.sign(claims);
                })
                .toList();
        try (Crowd crowd = Crowd.subscribe(
                server, "batch_ms=100", channel, READERS, reader -> tokens.get(reader / 5), TOKENS - 1)) {
            assertThat(say(token("a9", "agent"), channel, "turn-9").statusCode())
                    .isEqualTo(200);
            crowd.awaitAll();
        }
    }

    /** As a model does: 200 a second, all in one call. */
    private static HttpResponse<String> say(String token, String channel, String cause) {
        PipedOutputStream out = new PipedOutputStream();
        try (PipedInputStream in = new PipedInputStream(out);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ScheduledExecutorService model = Executors.newSingleThreadScheduledExecutor()) {
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    server.request("/api/v1/events", token)
                            .setHeader("Content-Type", "application/x-ndjson")
                            .timeout(java.time.Duration.ofSeconds(60))
                            .header("X-Request-Id", "turn-1")
                            .POST(BodyPublishers.ofInputStream(() -> in))
                            .build(),
                    BodyHandlers.ofString());
            AtomicInteger said = new AtomicInteger();
            CompletableFuture<Void> all = new CompletableFuture<>();
            var unused = model.scheduleAtFixedRate(
                    () -> {
                        int i = said.getAndIncrement();
                        if (i < TOKENS) {
                            write(
                                    out,
                                    "{\"channel\":\"" + channel + "\",\"event\":\"token\",\"payload\":{\"i\":" + i
                                            + "},\"cause\":\"" + cause + "\"}\n");
                        } else {
                            all.complete(null);
                        }
                    },
                    0,
                    5,
                    TimeUnit.MILLISECONDS);
            all.orTimeout(60, TimeUnit.SECONDS).join();
            out.close();
            return answer.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(PipedOutputStream out, String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitType(WsClient client, String type) {
        while (messages(client.next()).stream()
                .noneMatch(each -> each.path("type").asText().equals(type))) {
            // What comes first is its welcome.
        }
    }

    private static List<JsonNode> tokens(WsClient reader) {
        List<JsonNode> tokens = new ArrayList<>();
        while (tokens.size() < TOKENS) {
            for (JsonNode each : messages(reader.next())) {
                if (each.path("event").asText().equals("token")) {
                    tokens.add(each);
                }
            }
        }
        return tokens;
    }

    /** A frame is a message or an array of them. */
    private static List<JsonNode> messages(JsonNode frame) {
        List<JsonNode> messages = new ArrayList<>();
        if (frame.isArray()) {
            frame.forEach(messages::add);
        } else {
            messages.add(frame);
        }
        return messages;
    }

    @ParameterizedTest
    @CsvSource({
        "agent, publish, agent:me, true",
        "agent, publish, agent:other, false",
        "agent, handle, agent:me, true",
        "agent, handle, agent:other, false",
        "agent, publish, metrics:me, true",
        "agent, publish, metrics:other, false",
        "agent, publish, conversation:ada/1, true",
        "agent, subscribe, conversation:ada/1, false",
        "agent, history, conversation:ada/1, false",
        "agent, publish, user:ada, false",
        "agent, publish, system, false",
        "agent, command, agent:other, false",
        "agent, subscribe, system, true",
        "user, subscribe, agent:other, true",
        "user, publish, agent:me, false",
        "user, command, agent:other, true",
        "user, handle, agent:me, false",
        "user, subscribe, conversation:me/1, true",
        "user, publish, conversation:me/1, true",
        "user, subscribe, conversation:me, false",
        "user, subscribe, conversation:meg/1, false",
        "user, subscribe, conversation:*, false",
        "user, history, user:me, true",
        "user, subscribe, user:other, false",
        "user, publish, user:me, false",
        "user, subscribe, metrics:other, true",
        "user, publish, metrics:me, false",
        "platform, publish, user:ada, true",
        "platform, subscribe, user:ada, false",
        "platform, publish, system, true",
        "platform, subscribe, conversation:*, true",
        "operator, admin, system, true",
        "operator, subscribe, conversation:ada/1, false",
        "operator, publish, system, true",
        "nobody, subscribe, agent:me, false"
    })
    void aRoleMay(String role, String verb, String channel, boolean allowed) {
        String path = "/api/v1/permissions?verb=" + verb + "&channel=" + channel;
        HttpResponse<String> answer =
                server.send(server.request(path, token("me", role)).build());
        assertThat(WsClient.parse(answer.body()).path("allowed").asBoolean())
                .as(answer.body())
                .isEqualTo(allowed);
    }

    @Test
    void aPersonHasFiveConnections() {
        List<WsClient> five = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                five.add(WsClient.connect(server, token("grace", "user")));
            }
            try (WsClient sixth = WsClient.openWith(server, "", token("grace", "user"))) {
                assertThat(sixth.awaitClose().code()).isEqualTo(4409);
            }
        } finally {
            five.forEach(WsClient::close);
        }
    }

    private static String token(String subject, String role) {
        Map<String, Object> claims = Tokens.claims(subject);
        claims.put("groups", List.of(role));
        return Tokens.sign(claims);
    }
}
