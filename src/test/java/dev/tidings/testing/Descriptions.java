package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.OpenApi.Body;
import dev.tidings.testing.OpenApi.Operation;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

/** Whether a description of the API describes, and whether answers are as it says. */
public final class Descriptions {
    /** What an answer tells besides its body. */
    private static final List<String> HEADERS = List.of(
            "Accept",
            "Accept-Encoding",
            "Allow",
            "Cache-Control",
            "ETag",
            "Location",
            "Retry-After",
            "WWW-Authenticate",
            "X-Request-Id");

    private final OpenApi api;

    public Descriptions(OpenApi api) {
        this.api = api;
    }

    /** The example of a body is what its schema says. */
    public void assertFits(Body body) {
        assertThat(faults(body)).isEmpty();
    }

    private List<String> faults(Body body) {
        if (body.mediaType().endsWith("ndjson")) {
            assertThat(body.text().lines()).as("an example of lines").hasSizeGreaterThan(1);
            return lines(body.text())
                    .flatMap(line -> api.faults(body.schema(), line).stream())
                    .toList();
        }
        return api.faults(body.schema(), body.example());
    }

    private static Stream<JsonNode> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).map(WsClient::parse);
    }

    /** It has a description. */
    public static void assertDescribed(JsonNode described, String what) {
        assertThat(described.path("description").asText()).as(what).isNotEmpty();
    }

    /** With an example of its own, or as another schema, whose fields have theirs. */
    public void assertExampled(JsonNode schema) {
        boolean ofAnother = schema.has("$ref") || schema.path("items").has("$ref");
        assertThat(ofAnother || !schema.path("examples").isEmpty())
                .as(schema.toString())
                .isTrue();
        schema.path("examples")
                .forEach(example -> assertThat(api.faults(schema, example)).isEmpty());
    }

    /** A parameter has a description, and an example that fits its schema. */
    public void assertParameterDescribed(JsonNode parameter) {
        assertDescribed(parameter, parameter.toString());
        assertThat(parameter.has("example")).as(parameter.toString()).isTrue();
        assertThat(api.faults(parameter.path("schema"), parameter.path("example")))
                .as(parameter.toString())
                .isEmpty();
    }

    /** So has a response, its headers, and its body, which is a problem where it is an error. */
    public void assertResponseDescribed(String status, JsonNode response) {
        assertDescribed(response, status);
        assertThat(response.path("headers").properties()).isNotEmpty().allSatisfy(header -> {
            assertDescribed(header.getValue(), header.getKey());
            assertExampled(header.getValue().path("schema"));
        });
        boolean hasContent = !status.equals("304");
        assertThat(response.path("content").isEmpty()).as(response.toString()).isNotEqualTo(hasContent);
        response.path("content").properties().forEach(content -> {
            assertThat(content.getKey().equals("application/problem+json")).isEqualTo(status.compareTo("400") >= 0);
            assertThat(content.getValue().path("schema").isEmpty()).isFalse();
            content.getValue()
                    .path("examples")
                    .forEach(example -> assertThat(api.faults(content.getValue().path("schema"), example.path("value")))
                            .isEmpty());
        });
    }

    /** Status, media type, headers and body are among those that the description has. */
    public void assertAsDescribed(Operation operation, HttpResponse<String> answer) {
        String what = operation + " answered " + answer.statusCode() + ' '
                + answer.headers().map() + ' ' + answer.body();
        JsonNode response = operation.response(answer.statusCode());
        assertThat(response.isMissingNode()).as(what).isFalse();
        for (String header : HEADERS) {
            assertThat(response.path("headers").has(header)
                            || answer.headers().firstValue(header).isEmpty())
                    .as("%s: %s", what, header)
                    .isTrue();
        }
        if (answer.body().isEmpty()) {
            assertThat(response.path("content").isEmpty()).as(what).isTrue();
            return;
        }
        String type = answer.headers().firstValue("Content-Type").orElseThrow().split(";", 2)[0];
        JsonNode content = response.path("content").path(type);
        assertThat(content.isMissingNode()).as(what).isFalse();
        lines(
                        type.endsWith("ndjson")
                                ? answer.body()
                                : WsClient.parse(answer.body()).toString())
                .forEach(body -> assertThat(api.faults(content.path("schema"), body))
                        .as(what)
                        .isEmpty());
    }
}
