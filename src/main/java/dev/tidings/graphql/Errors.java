package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import graphql.GraphQLError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Errors as GraphQL has them, with the codes that the service has on every transport. */
final class Errors {
    /** A document with many mistakes is told the first. */
    private static final int MAX_TOLD = 10;

    private Errors() {}

    static ObjectNode of(Refusal refusal) {
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("message", refusal.message());
        error.set("extensions", Json.MAPPER.valueToTree(extensions(refusal)));
        return error;
    }

    /** What a refusal says besides its message. */
    static Map<String, Object> extensions(Refusal refusal) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("code", refusal.code().text());
        extensions.put("retryable", refusal.code().retryable());
        refusal.retryAfterMs().ifPresent(ms -> extensions.put("retryAfterMs", ms));
        if (refusal.at() != null) {
            extensions.put("at", refusal.at());
        }
        return extensions;
    }

    /** Those of graphql-java: of documents, variables and what comes of executing them. */
    static List<ObjectNode> of(List<? extends GraphQLError> errors) {
        return errors.stream().limit(MAX_TOLD).map(Errors::of).toList();
    }

    private static ObjectNode of(GraphQLError found) {
        ObjectNode error = Json.MAPPER.valueToTree(found.toSpecification());
        ObjectNode extensions = error.withObject("/extensions");
        if (!extensions.has("code")) {
            extensions.put("code", ErrorCode.INVALID_MESSAGE.text()).put("retryable", false);
        }
        return error;
    }
}
