package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Operator;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many events in one call as NDJSON, of any length. */
class NdjsonIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.message-size", "10K"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyLineIsAnsweredInOrder() {
        String writer = Tokens.token("writer", "publish:lines:*");
        HttpResponse<String> answer = send(writer, "application/x-ndjson", """
                {"channel":"lines:1","event":"a","payload":1}

                {"channel":"secret:1","event":"a"}
                not json
                {"channel":"lines:1","event":"a","payload":"%s"}
                {"channel":"lines:1"}
                [1,2]
                {"channel":"lines:1","event":"a","event_id":"once"}
                {"channel":"lines:1","event":"a","event_id":"once"}
                {"channel":"lines:2","event":"a"}""".formatted("x".repeat(20_000)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        List<String> outcomes = answer.body()
                .lines()
                .map(WsClient::parse)
                .map(NdjsonIT::outcome)
                .toList();
        assertThat(outcomes)
                .containsExactly(
                        "1",
                        "forbidden 3",
                        "invalid_message 4",
                        "message_too_large 5",
                        "invalid_message 6",
                        "invalid_message 7",
                        "2",
                        "2",
                        "1");
    }

    @Test
    void aStreamIsAnsweredWhileItGoesOn() throws IOException {
        try (Socket socket = stream()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int i = 1; i <= 3; i++) {
                chunk(socket.getOutputStream(), "{\"channel\":\"live:1\",\"event\":\"a\"}\n");
                assertThat(answer(in).path("offset").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void aTokenThatIsRevokedMeanwhileIsNoGoodForTheRest() throws IOException {
        try (Socket socket = stream(Tokens.token("revoked", "*:*"))) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            chunk(socket.getOutputStream(), "{\"channel\":\"live:2\",\"event\":\"a\"}\n");
            assertThat(answer(in).path("offset").asInt()).isEqualTo(1);
            Operator.of(server).revokeForLong("sub", "revoked");
            chunk(socket.getOutputStream(), "{\"channel\":\"live:2\",\"event\":\"a\"}\n");
            assertThat(answer(in).at("/error/code").asText()).isEqualTo("unauthenticated");
        }
        assertThat(history("live:2")).hasSize(1);
    }

    private static JsonNode answer(BufferedReader in) throws IOException {
        String line;
        do {
            line = in.readLine();
            assertThat(line).isNotNull();
        } while (!line.startsWith("{"));
        return WsClient.parse(line);
    }

    @Test
    void aStreamThatBreaksOffHasStoredWhatWasAnswered() throws IOException {
        try (Socket socket = stream()) {
            chunk(
                    socket.getOutputStream(),
                    "{\"channel\":\"broken:1\",\"event\":\"a\"}\n{\"channel\":\"broken:1\",\"ev");
            InputStream in = socket.getInputStream();
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf("\"offset\":1") < 0) {
                int next = in.read();
                assertThat(next).isNotNegative();
                heard.append((char) next);
            }
        }
        assertThat(history("broken:1")).hasSize(1);
    }

    /** The service runs with 256 MiB, and the stream is longer. */
    @Test
    void whoDoesNotReadTheAnswersIsNotReadFurther() throws IOException {
        String hundred =
                ("{\"channel\":\"flood:1\",\"event\":\"a\",\"payload\":\"" + "x".repeat(2_000) + "\"}\n").repeat(100);
        int chunks = 1_500;
        AtomicInteger sent = new AtomicInteger();
        try (Socket socket = stream()) {
            Thread.ofVirtual().start(() -> send(socket, hundred, chunks, sent));
            AtomicInteger before = new AtomicInteger();
            Awaitility.await("the sender is held up")
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
            assertThat(sent.get()).isLessThan(chunks);

            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            int answered = 0;
            while (answered < chunks * 100) {
                String line = in.readLine();
                assertThat(line).as("after %d answers", answered).isNotNull();
                if (line.startsWith("{")) {
                    answered++;
                    assertThat(line).contains("\"offset\":" + answered + ',');
                }
            }
        }
        assertThat(server.output()).doesNotContain("OutOfMemory");
    }

    private static HttpResponse<String> send(String token, String type, String body) {
        return server.send(server.request("/api/v1/events", token)
                .setHeader("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static JsonNode history(String channel) {
        return WsClient.parse(server.send(server.request("/api/v1/channels/" + channel + "/events", ALL)
                                .build())
                        .body())
                .path("events");
    }

    /** The offset, or the code with the number of the line, if it has one. */
    private static String outcome(JsonNode result) {
        return result.has("error")
                ? (result.at("/error/code").asText() + ' ' + result.path("line").asText()).strip()
                : result.path("offset").asText();
    }

    /** A connection on which a stream has begun. */
    private static Socket stream() throws IOException {
        return stream(ALL);
    }

    private static Socket stream(String token) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                                + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void send(Socket socket, String chunk, int times, AtomicInteger sent) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                chunk(out, chunk);
                sent.incrementAndGet();
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}
