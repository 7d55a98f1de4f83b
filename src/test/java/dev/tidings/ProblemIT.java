package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is refused before any resource of the API sees it, is refused by a problem that says what would be allowed. */
class ProblemIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final int TOO_MUCH = 17 << 20;
    private static final Pattern LENGTH =
            Pattern.compile("content-length: (\\d+)\r\n(?:.+\r\n)*\r\n", Pattern.CASE_INSENSITIVE);
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing",
        "POST, /nothing",
        "DELETE, /",
        "GET, /api",
        "GET, /api/v1",
        "GET, /api/v1/nothing",
        "PUT, /api/v1/channels/a:1",
        "GET, /console/nothing.js",
        "GET, /q/nothing",
        "GET, /quick-start/nothing"
    })
    void whatThereIsNot(String method, String path) {
        JsonNode problem = problem(send(request(path).method(method, BodyPublishers.noBody())), 404, "not_found");
        assertThat(problem.path("title").asText()).isEqualTo("Not Found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%zz",
                "/%4",
                "/api/v1/channels/a:%ZZ/events",
                "/api/v1/channels?prefix=%ZZ",
                "/q/health/%zz",
                "/api/v1/channels/a:1/state?%",
                "/console/%zz.js",
                "/nothing?a=|",
                "/api/v1/channels?prefix=\""
            })
    void malformedAddresses(String address) {
        String answer = raw("GET " + address + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + TOKEN
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("content-type: application/problem+json");
        JsonNode problem = WsClient.parse(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.path("code").asText()).isEqualTo("invalid_message");
        assertThat(problem.path("detail").asText()).contains("malformed at its character");
        assertThat(server.output()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/channels?prefix=%ff", "/api/v1/channels?%c3%28=1"})
    void addressesThatAreNotUtf8(String path) {
        problem(send(request(path)), 400, "invalid_message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/channels?prefx=a",
                "/api/v1/channels?limit=1&limit=2",
                "/api/v1/channels/a:1/state?x=1",
                "/api/v1/permissions?verb=publish&verb=history&channel=a:1"
            })
    void unknownAndRepeatedParametersOfTheQuery(String path) {
        JsonNode problem = problem(send(request(path)), 400, "invalid_message");
        assertThat(problem.path("detail").asText()).containsAnyOf("known are", "there is none here", "allowed is once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"image/png", "text/html;q=0.9, image/*", "application/json;q=0, */*", "application/json;q=0.000"})
    void formsThatThereAreNot(String accept) {
        JsonNode problem = problem(send(request("/api/v1/channels").header("Accept", accept)), 406, "invalid_message");
        assertThat(problem.path("detail").asText()).contains("application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*",
                "application/*;q=0.1, image/png",
                "text/html, application/json;q=0.001",
                "APPLICATION/JSON",
                "garbage, */*"
            })
    void formsThatThereAre(String accept) {
        assertThat(send(request("/api/v1/channels").header("Accept", accept)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type | text/plain",
                "Content-Type | application/xml",
                "Content-Type | application/json; charset=latin1",
                "Content-Encoding | gzip"
            })
    void bodiesThatAreNotTaken(String header, String value) {
        HttpRequest.Builder post = HttpRequest.newBuilder(server.uri("/api/v1/channels/a:1/events"))
                .header("Authorization", "Bearer " + TOKEN)
                .header(header, value)
                .POST(BodyPublishers.ofString("{\"event\":\"x\"}"));
        HttpResponse<String> answer = send(post);
        problem(answer, 415, "invalid_message");
        assertThat(answer.headers().firstValue("Accept")).contains("application/json");
        assertThat(answer.headers().firstValue("Accept-Encoding")).contains("identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/events", "/api/v1/channels/a:1/events", "/quick-start", "/nothing"})
    void bodiesThatAreTooLongAreNotWaitedFor(String path) {
        String answer = raw("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + TOKEN
                + "\r\nContent-Type: application/json\r\nContent-Length: " + TOO_MUCH + "\r\nExpect: 100-continue\r\n"
                + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith(path.equals("/quick-start") ? "HTTP/1.1 405 " : "HTTP/1.1 413 ");
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
    }

    @Test
    void bodiesThatTurnOutTooLong() {
        HttpResponse<String> answer = send(request("/api/v1/events")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[TOO_MUCH]))));
        problem(answer, 413, "message_too_large");
    }

    @Test
    void theOptionsOfAResourceNeedNoToken() {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri("/api/v1/events"))
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Allow")).contains("POST, OPTIONS");
    }

    private static HttpRequest.Builder request(String path) {
        return server.request(path, TOKEN);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        return server.send(request.build());
    }

    /** As it is, where a client's library would not send it. */
    private static String raw(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            // The connection may stay open, for the body that was announced.
            while (!isComplete(answer.toString())) {
                int next = socket.getInputStream().read();
                assertThat(next).as("after " + answer).isNotNegative();
                answer.append((char) next);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isComplete(String answer) {
        Matcher length = LENGTH.matcher(answer);
        return length.find() && answer.length() == length.end() + Integer.parseInt(length.group(1));
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = WsClient.parse(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotEmpty();
        return problem;
    }
}
