package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.OpenApi.Body;
import dev.tidings.testing.OpenApi.Operation;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A call as the description of the API has it: what has to be there comes from the examples. Immutable.
 *
 * @param path with its parameters
 * @param query without the question mark
 */
public record ApiCall(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        @Nullable BodyPublisher publisher) {

    /** The call of an operation with its first body and the parameters that it must have. */
    public static ApiCall of(Operation operation, String token) {
        ApiCall call = new ApiCall(operation.method(), operation.path(), "", Map.of(), null);
        for (JsonNode parameter : operation.parameters()) {
            if (parameter.path("required").asBoolean()) {
                call = call.with(parameter);
            }
        }
        return (operation.needsToken() ? call.token(token) : call)
                .body(operation.bodies().getFirst());
    }

    /** The same with the example of a parameter. */
    public ApiCall with(JsonNode parameter) {
        String name = parameter.path("name").asText();
        JsonNode example = parameter.path("example");
        return switch (parameter.path("in").asText()) {
            case "path" ->
                new ApiCall(method, path.replace('{' + name + '}', example.asText()), query, headers, publisher);
            case "header" -> header(name, example.asText());
            default -> {
                ApiCall call = this;
                for (JsonNode value : example.isArray() ? example : List.of(example)) {
                    call = call.query(name + '=' + URLEncoder.encode(value.asText(), StandardCharsets.UTF_8));
                }
                yield call;
            }
        };
    }

    /** The same with one more part of the query, as it is unless the query has it already. */
    public ApiCall query(String part) {
        StringJoiner joined = new StringJoiner("&");
        if (!query.isEmpty()) {
            joined.add(query);
        }
        boolean known = ('&' + query + '&').contains('&' + part + '&');
        return new ApiCall(method, path, known ? query : joined.add(part).toString(), headers, publisher);
    }

    public ApiCall header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new ApiCall(method, path, query, all, publisher);
    }

    public ApiCall token(String token) {
        return header("Authorization", "Bearer " + token);
    }

    /** The same with an example of a body. */
    public ApiCall body(Body body) {
        return body.isNone()
                ? this
                : publisher(BodyPublishers.ofString(body.text())).header("Content-Type", body.mediaType());
    }

    public ApiCall publisher(@Nullable BodyPublisher body) {
        return new ApiCall(method, path, query, headers, body);
    }

    public ApiCall method(String other) {
        return new ApiCall(other, path, query, headers, publisher);
    }

    /** The same with something else in the path. */
    public ApiCall replacing(String part, String other) {
        return new ApiCall(method, path.replace(part, other), query, headers, publisher);
    }

    /** The same for a channel of which nothing is known. */
    public ApiCall channel(String name) {
        return new ApiCall(
                method, path.replaceAll("/channels/[^/]+/", "/channels/" + name + '/'), query, headers, publisher);
    }

    /** The same for a connection of which nothing is known. */
    public ApiCall connection(String id) {
        return new ApiCall(
                method, path.replaceAll("/connections/[^/]+", "/connections/" + id), query, headers, publisher);
    }

    /** A large body is held back until the service asks for it. */
    public HttpResponse<String> send(TidingsServer server) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(query.isEmpty() ? path : path + '?' + query))
                .timeout(Duration.ofSeconds(10))
                .expectContinue(publisher != null && publisher.contentLength() > 1 << 20)
                .method(method, publisher == null ? BodyPublishers.noBody() : publisher);
        headers.forEach(request::setHeader);
        return server.send(request.build());
    }
}
