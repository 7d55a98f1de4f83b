package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds values against the schemas of a description, OpenAPI's or AsyncAPI's. */
final class DescribedValues {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode components;
    private final Map<JsonNode, JsonSchema> compiled = new ConcurrentHashMap<>();

    /** @param components what references begin with: {@code #/components} */
    DescribedValues(JsonNode components) {
        this.components = components;
    }

    /** The schema itself, where it is a reference to one. */
    JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.isEmpty() ? schema : components.at(reference.substring("#/components".length()));
    }

    /** Where a value is not what the schema says, or has members that it does not know. */
    List<String> faults(JsonNode schema, JsonNode value) {
        List<String> faults = new ArrayList<>(compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList());
        addUnknown(resolve(schema), value, "$", faults);
        return faults;
    }

    private JsonSchema compile(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", components);
        return SCHEMAS.getSchema(whole);
    }

    private void addUnknown(JsonNode schema, JsonNode value, String at, List<String> faults) {
        if (value.isArray()) {
            value.forEach(each -> addUnknown(resolve(schema.path("items")), each, at + "[]", faults));
        } else if (value.isObject() && schema.has("properties")) {
            value.properties().forEach(member -> {
                String where = at + '.' + member.getKey();
                if (schema.path("properties").has(member.getKey())) {
                    addUnknown(
                            resolve(schema.path("properties").get(member.getKey())), member.getValue(), where, faults);
                } else {
                    faults.add(where + ": not described");
                }
            });
        }
    }
}
