package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call may demand of a state before it is read or written (RFC 9110, section 13.1). */
class StateConditionsIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    private String path;
    /** Of the state as it is when a test begins, without its quotes. */
    private String tag;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void writeState(TestInfo test) {
        path = "/api/v1/channels/conditions:"
                + Math.abs((long) test.getDisplayName().hashCode()) + "/state";
        writeAgain();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            *                                | 200
            "TAG"                            | 200
            "gone:1", "TAG"                  | 200
            "TAG" ,"gone:1"                  | 200
            "gone:1","gone:2" , "TAG","x"    | 200
            , ,"TAG",                        | 200
            "with,comma:3", "TAG"            | 200
            "gone:1"                         | 412
            "gone:1", "gone:2"               | 412
            W/"TAG"                          | 412
            "no-place", ""                   | 412
            TAG                              | 400
            "TAG                             | 400
            "TAG" "TAG"                      | 400
            "TAG", *                         | 400
            ,                                | 400
            """)
    void ifMatchIsAListOfTagsThatMatchStronglyOrAny(String header, int status) {
        for (String method : List.of("PATCH", "PUT", "DELETE")) {
            writeAgain();
            HttpResponse<String> answer = send(method, "{\"n\":2}", "If-Match", header.replace("TAG", tag));
            assertThat(answer.statusCode()).as("%s: %s", method, answer.body()).isEqualTo(status);
            if (status != 200) {
                assertThat(send("GET", "").body()).isEqualTo("{\"n\":1}");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            If-None-Match | *                      | 304
            If-None-Match | "TAG"                  | 304
            If-None-Match | W/"TAG"                | 304
            If-None-Match | "gone:1", W/"TAG"      | 304
            If-None-Match | "gone:1", "gone:2"     | 200
            If-None-Match | TAG                    | 400
            If-Match      | *                      | 200
            If-Match      | "gone:1", "TAG"        | 200
            If-Match      | W/"TAG"                | 412
            If-Match      | "gone:1"               | 412
            """)
    void readingHasConditionsToo(String name, String header, int status) {
        HttpResponse<String> answer = send("GET", "", name, header.replace("TAG", tag));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 304) {
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("ETag")).contains('"' + tag + '"');
        }
    }

    @Test
    void severalLinesAreOneList() {
        HttpRequest request = request("PATCH", "{\"n\":2}")
                .header("If-Match", "\"gone:1\"")
                .header("If-Match", '"' + tag + '"')
                .build();
        assertThat(server.send(request).statusCode()).isEqualTo(200);
    }

    @Test
    void whereThereIsNoStateNothingMatches() {
        assertThat(send("DELETE", "").statusCode()).isEqualTo(200);
        for (String header : List.of("*", '"' + tag + '"')) {
            for (String method : List.of("PUT", "PATCH", "DELETE")) {
                assertThat(send(method, "{}", "If-Match", header).statusCode()).isEqualTo(412);
            }
        }
        assertThat(send("PUT", "{}", "If-None-Match", "*").statusCode()).isEqualTo(200);
        assertThat(send("PUT", "{\"n\":3}", "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(send("PUT", "{\"n\":3}", "If-None-Match", "\"x:1\"").statusCode())
                .isEqualTo(400);
        assertThat(send("PUT", "{}", "If-Match", "*", "If-None-Match", "*").statusCode())
                .isEqualTo(400);
    }

    @Test
    void ofManyThatSawTheSameStateOneWrites() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        IntStream.range(0, 20)
                .forEach(i -> answers.add(CompletableFuture.supplyAsync(
                        () -> send("PATCH", "{\"n\":" + (100 + i) + "}", "If-Match", "\"gone:1\", \"" + tag + '"'))));
        List<Integer> statuses =
                answers.stream().map(answer -> answer.join().statusCode()).toList();
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
        JsonNode winner = answers.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 200)
                .map(answer -> WsClient.parse(answer.body()))
                .findFirst()
                .orElseThrow();
        assertThat(WsClient.parse(send("GET", "").body()).path("n")).isEqualTo(winner.at("/patch/n"));
    }

    private void writeAgain() {
        HttpResponse<String> written = send("PUT", "{\"n\":1}");
        String quoted = written.headers().firstValue("ETag").orElseThrow();
        tag = quoted.substring(1, quoted.length() - 1);
    }

    private HttpRequest.Builder request(String method, String body) {
        return server.request(path, TOKEN)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(String method, String body, String... headers) {
        HttpRequest.Builder request = request(method, body);
        return server.send((headers.length == 0 ? request : request.headers(headers)).build());
    }
}
