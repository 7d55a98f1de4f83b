package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.testing.ApiCall;
import dev.tidings.testing.Fuzzer;
import dev.tidings.testing.OpenApi;
import dev.tidings.testing.OpenApi.Body;
import dev.tidings.testing.OpenApi.Operation;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ten thousand calls that are nearly right, with paths, queries, headers and bodies spoilt: what is wrong is the caller's fault. */
class RestFuzzIT {
    private static final long SEED = 20_260_115;
    private static final int CALLS = 10_000;
    private static final String SECRET = "what-others-must-not-see";
    private static final List<String> HEADERS =
            List.of("If-Match", "Content-Type", "Accept", "Last-Event-ID", "ce-id", "ce-specversion", "X-Request-Id");
    private static final Set<String> CODES =
            Stream.of(ErrorCode.values()).map(ErrorCode::text).collect(Collectors.toSet());

    private static TidingsServer server;
    private static List<Operation> operations;
    private static String token;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.requests-per-second", "1000000",
                "tidings.limits.requests-burst", "1000000",
                "tidings.channels.*.history-size", "20"));
        operations = OpenApi.of(server).operations();
        token = Tokens.tenantToken("fuzz", "ada", "*:*");
        server.post(
                "/api/v1/channels/fuzz:1/events",
                Tokens.tenantToken("others", "ada", "*:*"),
                "{\"event\":\"a.b\",\"payload\":\"" + SECRET + "\"}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void callsAreAnsweredOrRefusedAsTheContractHasIt() {
        Fuzzer fuzzer = new Fuzzer(SEED, WsClient.parse("{}"));
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < CALLS; i++) {
            ApiCall call = spoilt(fuzzer, fuzzer.pick(operations));
            HttpResponse<String> answer = call.send(server);
            String what = call + " " + answer.statusCode() + " " + answer.body();
            assertThat(answer.statusCode()).as(what).isBetween(200, 499);
            assertThat(answer.body()).as(what).doesNotContain(SECRET, "Exception", "at dev.tidings");
            if (answer.statusCode() >= 400) {
                assertProblem(answer, what);
            }
            answers.merge(answer.statusCode(), 1, Integer::sum);
        }
        assertThat(answers.keySet()).as("statuses: " + answers).contains(200, 201, 400, 401);
        assertThat(server.isReady()).isTrue();
        assertThat(server.output().lines().filter(line -> line.contains(" ERROR ") || line.contains("Exception")))
                .isEmpty();
    }

    private static void assertProblem(HttpResponse<String> answer, String what) {
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .as(what)
                .startsWith("application/problem+json");
        JsonNode problem = WsClient.parse(answer.body());
        assertThat(CODES).as(what).contains(problem.path("code").asText());
        assertThat(problem.path("status").asInt()).as(what).isEqualTo(answer.statusCode());
    }

    private static ApiCall spoilt(Fuzzer fuzzer, Operation operation) {
        ApiCall call = ApiCall.of(operation, token);
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asText();
            String in = parameter.path("in").asText();
            if (in.equals("query") && fuzzer.chance(0.4)) {
                call = fuzzer.chance(0.5) ? call.with(parameter) : call.query(name + '=' + encoded(fuzzer.words()));
            }
            if (in.equals("path") && fuzzer.chance(0.2)) {
                call = call.replacing(parameter.path("example").asText(), encoded(fuzzer.words()));
            }
        }
        if (fuzzer.chance(0.2)) {
            call = call.header(fuzzer.pick(HEADERS), printable(fuzzer.words()));
        }
        if (fuzzer.chance(0.02)) {
            call = call.token(printable(fuzzer.words()));
        }
        Body body = fuzzer.pick(operation.bodies());
        return body.isNone() ? call : call.body(body).publisher(BodyPublishers.ofString(spoilt(fuzzer, body)));
    }

    private static String spoilt(Fuzzer fuzzer, Body body) {
        if (fuzzer.chance(0.3)) {
            return fuzzer.torn(body.text());
        }
        return fuzzer.chance(0.7) && body.example().isContainerNode()
                ? Fuzzer.text(fuzzer.spoilt(body.example()))
                : body.text();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What a client can be made to send in a header at all. */
    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
