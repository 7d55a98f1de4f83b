package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The description of the API as the service serves it, to be held against what the service answers. */
public final class OpenApi {
    private final JsonNode root;
    private final DescribedValues described;

    private OpenApi(JsonNode root) {
        this.root = root;
        this.described = new DescribedValues(root.path("components"));
    }

    /** What a path does for a method. */
    public record Operation(String path, String method, JsonNode description) {
        public String id() {
            return description.path("operationId").asText();
        }

        public boolean needsToken() {
            return !description.has("security");
        }

        public boolean hasBody() {
            return description.has("requestBody");
        }

        public List<JsonNode> parameters() {
            return list(description.path("parameters"));
        }

        /** What is said of an answer with this status; missing when nothing is. */
        public JsonNode response(int status) {
            return description.path("responses").path(Integer.toString(status));
        }

        /** Everything that may be sent, by media type; one body that is none where none is taken. */
        public List<Body> bodies() {
            List<Body> bodies = new ArrayList<>();
            description
                    .at("/requestBody/content")
                    .properties()
                    .forEach(content -> content.getValue()
                            .path("examples")
                            .forEach(example -> bodies.add(new Body(
                                    content.getKey(),
                                    example.path("value"),
                                    content.getValue().path("schema")))));
            return hasBody() ? bodies : List.of(Body.NONE);
        }

        @Override
        public String toString() {
            return method + ' ' + path;
        }
    }

    /** A body of a request, as the description gives it for an example. */
    public record Body(String mediaType, JsonNode example, JsonNode schema) {
        static final Body NONE = new Body("", WsClient.parse("null"), WsClient.parse("{}"));

        public boolean isNone() {
            return mediaType.isEmpty();
        }

        public String text() {
            return example.isTextual() ? example.textValue() : example.toString();
        }
    }

    /** Fetches it. */
    public static OpenApi of(TidingsServer server) {
        return new OpenApi(WsClient.parse(server.get("/q/openapi?format=json").body()));
    }

    public JsonNode root() {
        return root;
    }

    /** All operations; of a path those that make something come before those that read or delete it. */
    public List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (String method : List.of("put", "post", "patch", "get", "delete")) {
            root.path("paths").properties().forEach(path -> {
                if (path.getValue().has(method)) {
                    operations.add(new Operation(
                            path.getKey(),
                            method.toUpperCase(Locale.ROOT),
                            path.getValue().get(method)));
                }
            });
        }
        return operations;
    }

    /** Schemas by name. */
    public Map<String, JsonNode> schemas() {
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        root.at("/components/schemas").properties().forEach(each -> schemas.put(each.getKey(), each.getValue()));
        return schemas;
    }

    /** The schema itself, where it is a reference to one. */
    public JsonNode resolve(JsonNode schema) {
        return described.resolve(schema);
    }

    /** Where a value is not what the schema says, or has members that it does not know. */
    public List<String> faults(JsonNode schema, JsonNode value) {
        return described.faults(schema, value);
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>();
        array.forEach(list::add);
        return list;
    }
}
