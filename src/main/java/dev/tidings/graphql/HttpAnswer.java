package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.event.Json;
import dev.tidings.protocol.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Answers a request as GraphQL over HTTP has it. Used on the request's loop only. */
final class HttpAnswer {
    private static final String GRAPHQL = "application/graphql-response+json";

    private final HttpServerRequest request;
    private final boolean modern;

    HttpAnswer(HttpServerRequest request) {
        this.request = request;
        this.modern = MediaTypes.isPreferred(request, GRAPHQL, MediaTypes.JSON);
    }

    /** A result. One without data is no success, but for clients that know JSON only. */
    void result(ObjectNode result) {
        send(result.has("data") || !modern ? 200 : 400, result);
    }

    /** There is no result. */
    void refuse(int status, Refusal refusal) {
        refusal.retryAfterMs()
                .ifPresent(ms -> request.response().putHeader("Retry-After", Long.toString(Math.ceilDiv(ms, 1000))));
        send(status, errors(List.of(Errors.of(refusal))));
        Call.discardBody(request);
    }

    static ObjectNode errors(List<ObjectNode> errors) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putArray("errors").addAll(errors);
        return result;
    }

    private void send(int status, ObjectNode result) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            var unused = response.setStatusCode(status)
                    .putHeader("Content-Type", (modern ? GRAPHQL : MediaTypes.JSON) + "; charset=utf-8")
                    .putHeader("Cache-Control", "no-store")
                    .end(Buffer.buffer(Json.of(result).utf8()));
        }
    }
}
