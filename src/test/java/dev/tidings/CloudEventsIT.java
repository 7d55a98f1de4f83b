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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events as CloudEvents 1.0, structured, in a batch and binary. */
class CloudEventsIT {
    private static final String ALL = Tokens.token("ada", "*:*");
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
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "subject":"cloud:1"                                               | 1
            "subject":"cloud:x","channel":"cloud:2"                           | 1
            "subject":"cloud:3","time":"2024-01-01T00:00:00Z"                 | 1
            "subject":"cloud:4","datacontenttype":"application/json"          | 1
            "subject":"cloud:4b","datacontenttype":"application/vnd.x+json; charset=utf-8" | 1
            "subject":"cloud:5","unknown":"extension"                         | 1
            "subject":"cloud:6","time":"yesterday"                            | invalid_message
            "subject":"cloud:6","datacontenttype":"text/xml"                  | invalid_message
            "subject":"cloud:6","data_base64":"AA=="                          | invalid_message
            "subject":"Not A Channel"                                         | invalid_channel
            "subject":"cloud:7","data_base64":"eyJuIjoxfQ=="                  | invalid_message
            "subject":"cloud:8","source":""                                   | invalid_message
            "subject":"cloud:8","source":"two words"                          | invalid_message
            "subject":"cloud:8","id":""                                       | invalid_message
            "subject":"cloud:8","id":null                                     | invalid_message
            "subject":"cloud:8","type":""                                     | invalid_message
            "subject":"cloud:8","specversion":"1.1"                           | invalid_message
            "subject":"cloud:8","specversion":1.0                             | invalid_message
            "subject":"cloud:8","channel":7                                   | invalid_message
            "subject":"cloud:8","cause":{}                                    | invalid_message
            "subject":"cloud:8","cause":"two words"                           | invalid_message
            "subject":"cloud:9","channel":null,"cause":null,"time":null       | 1
            "subject":"cloud:10","datacontenttype":null                       | 1
            "subject":"cloud:11","camelCase":1,"x-y":{"deep":[]}              | 1
            "subject":7                                                       | invalid_message
            "other":"x"                                                       | invalid_channel
            """)
    void structuredCloudEvents(String attributes, String outcome) {
        String event = "{\"specversion\":\"1.0\",\"id\":\"i1\",\"source\":\"/s\",\"type\":\"a.b\",\"data\":{\"n\":1},"
                + attributes + "}";
        HttpResponse<String> answer = send(ALL, "application/cloudevents+json; charset=UTF-8", event);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(outcome(WsClient.parse(answer.body()).at("/results/0"))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"specversion", "id", "source", "type"})
    void attributesThatMustBeThere(String name) {
        String event =
                "{\"specversion\":\"1.0\",\"id\":\"i2\",\"source\":\"/s\",\"type\":\"a.b\",\"subject\":\"must:1\"}";
        JsonNode result = WsClient.parse(
                        send(ALL, "application/cloudevents+json", event.replaceFirst("\"" + name + "\"", "\"x\""))
                                .body())
                .at("/results/0/error");
        assertThat(result.path("message").asText()).contains(name);
    }

    @Test
    void aBatchOfCloudEvents() {
        HttpResponse<String> answer = send(ALL, "application/cloudevents-batch+json", """
                [{"specversion":"1.0","id":"b1","source":"/s","type":"a.b","subject":"batch:1","data":[1]},
                 {"specversion":"0.3","id":"b2","source":"/s","type":"a.b","subject":"batch:1"},
                 {"specversion":"1.0","id":"b1","source":"/s","type":"a.b","subject":"batch:1"},
                 {"specversion":"1.0","id":"b3","source":"/s","type":"a.b","subject":"batch:1","cause":"c1"}]""");
        List<String> outcomes = new ArrayList<>();
        WsClient.parse(answer.body()).path("results").forEach(result -> outcomes.add(outcome(result)));
        assertThat(outcomes).containsExactly("1", "invalid_message", "1", "2");
        JsonNode events = history("batch:1");
        assertThat(events.at("/0/id").asText()).isEqualTo("b1");
        assertThat(events.at("/0/payload").toString()).isEqualTo("[1]");
        assertThat(events.at("/1/cause").asText()).isEqualTo("c1");
        assertThat(events.at("/1/payload").isNull()).isTrue();
    }

    @Test
    void aCloudEventInHeadersAndBody() {
        HttpRequest request = server.request("/api/v1/events", ALL)
                .headers("ce-specversion", "1.0", "ce-id", "h%C3%A4", "ce-source", "/s", "ce-type", "a.b")
                .headers("ce-subject", "binary:1", "ce-time", "2024-01-01T00:00:00.5+01:00", "ce-cause", "c7")
                .POST(BodyPublishers.ofString("{\"n\":1.50}"))
                .build();
        HttpResponse<String> answer = server.send(request);
        assertThat(WsClient.parse(answer.body()).at("/results/0/event_id").asText())
                .isEqualTo("hä");
        JsonNode event = history("binary:1").get(0);
        assertThat(event.path("event").asText()).isEqualTo("a.b");
        assertThat(event.path("cause").asText()).isEqualTo("c7");
        assertThat(event.path("payload").toString()).isEqualTo("{\"n\":1.5}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ce-time         | yesterday
            ce-specversion  | 0.3
            ce-specversion  | 9
            ce-source       | two words
            ce-id           | %zz
            ce-id           | %00
            ce-cause        | two words
            ce-subject      | Not A Channel
            ce-type         | Not A Type
            """)
    void headersThatAreNoCloudEvent(String name, String value) {
        HttpRequest.Builder request = server.request("/api/v1/events", ALL)
                .headers("ce-specversion", "1.0", "ce-id", "i", "ce-source", "/s", "ce-type", "a.b")
                .header("ce-subject", "binary:bad");
        HttpResponse<String> answer = server.send(request.setHeader(name, value)
                .POST(BodyPublishers.ofString("1"))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(outcome(WsClient.parse(answer.body()).at("/results/0"))).startsWith("invalid_");
    }

    @ParameterizedTest
    @CsvSource({"id", "source", "type"})
    void headersThatMustBeThere(String name) {
        HttpRequest.Builder request =
                server.request("/api/v1/events", ALL).headers("ce-specversion", "1.0", "ce-subject", "binary:bad");
        for (String each : List.of("id", "source", "type")) {
            if (!each.equals(name)) {
                request.header("ce-" + each, "a");
            }
        }
        JsonNode error = WsClient.parse(
                        server.send(request.POST(BodyPublishers.ofString("1")).build())
                                .body())
                .at("/results/0/error");
        assertThat(error.path("code").asText()).isEqualTo("invalid_message");
        assertThat(error.path("message").asText()).contains(name);
    }

    @Test
    void aBinaryFormOfJsonIsTaken() {
        HttpResponse<String> answer = send(ALL, "application/cloudevents+json", """
                {"specversion":"1.0","id":"i","source":"/s","type":"a.b","subject":"base64:1","data_base64":"eyJuIjoxfQ=="}""");
        assertThat(outcome(WsClient.parse(answer.body()).at("/results/0"))).isEqualTo("1");
        assertThat(history("base64:1").at("/0/payload").toString()).isEqualTo("{\"n\":1}");
    }

    @Test
    void numbersKeepTheirDigits() {
        String digits = "[1.10,0.1234567890123456789012345,1208925819614629174706176]";
        HttpResponse<String> answer = send(
                ALL,
                "application/cloudevents+json",
                "{\"specversion\":\"1.0\",\"id\":\"d\",\"source\":\"/s\",\"type\":\"a.b\",\"subject\":\"digits:1\","
                        + "\"data\":" + digits + "}");
        assertThat(outcome(WsClient.parse(answer.body()).at("/results/0"))).isEqualTo("1");
        assertThat(server.send(server.request("/api/v1/channels/digits:1/events", ALL)
                                .build())
                        .body())
                .contains(digits);
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

    /** The offset, or the code. */
    private static String outcome(JsonNode result) {
        return result.has("error")
                ? result.at("/error/code").asText()
                : result.path("offset").asText();
    }
}
