package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Invalid;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants done, as it is on every transport.
 *
 * @param operation which of the document's; null when it has one only
 * @param variables a JSON object
 */
record GraphQlRequest(String query, @Nullable String operation, JsonNode variables) {
    /** @throws Invalid when it is something else than {@code {query, operationName?, variables?, extensions?}} */
    static GraphQlRequest read(JsonNode request) {
        require(request.isObject(), "a request is an object with query");
        JsonNode query = request.path("query");
        JsonNode operation = request.path("operationName");
        JsonNode variables = request.path("variables");
        JsonNode extensions = request.path("extensions");
        require(query.isTextual(), "query is a GraphQL document, a string");
        require(absent(operation) || operation.isTextual(), "operationName is a string");
        require(absent(variables) || variables.isObject(), "variables is an object");
        require(absent(extensions) || extensions.isObject(), "extensions is an object");
        return new GraphQlRequest(
                query.textValue(),
                absent(operation) || operation.textValue().isEmpty() ? null : operation.textValue(),
                absent(variables) ? JsonNodeFactory.instance.objectNode() : variables);
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Invalid(Invalid.What.MESSAGE, otherwise);
        }
    }
}
