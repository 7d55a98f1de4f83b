package dev.tidings.graphql;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Invalid;
import graphql.normalized.ExecutableNormalizedField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field that an operation wants.
 *
 * @param key under which it wants it
 * @param at of a payload: where in it; null for all of it
 * @param of what is wanted of an object; empty for what is no object
 */
record Selected(String key, String name, @Nullable JsonPointer at, List<Selected> of) {
    static final String TYPE_NAME = "__typename";

    /** @throws Invalid when it names an impossible place in a payload */
    static Selected of(ExecutableNormalizedField field) {
        return new Selected(
                field.getResultKey(),
                field.getName(),
                pointer(field.getResolvedArguments().get("at")),
                field.getChildren().stream().map(Selected::of).toList());
    }

    /** @throws Invalid when it is no pointer */
    static @Nullable JsonPointer pointer(@Nullable Object at) {
        if (at == null) {
            return null;
        }
        try {
            return JsonPointer.compile(at.toString());
        } catch (IllegalArgumentException malformed) {
            throw new Invalid(Invalid.What.MESSAGE, "at is a JSON Pointer into the payload, such as /status");
        }
    }

    /** What there is at a place; JSON's null where there is nothing. */
    static JsonNode at(@Nullable JsonPointer place, JsonNode whole) {
        JsonNode found = place == null ? whole : whole.at(place);
        return found.isMissingNode() ? JsonNodeFactory.instance.nullNode() : found;
    }

    /** What is wanted of an object of a type. */
    static ObjectNode project(List<Selected> wanted, String type, JsonNode whole) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (Selected each : wanted) {
            JsonNode value = whole.path(each.name);
            if (each.name.equals(TYPE_NAME)) {
                result.put(each.key, type);
            } else if (each.of.isEmpty() || !value.isObject()) {
                result.set(each.key, at(each.at, value));
            } else {
                // Of the types that can be got here one has objects in it, and these are of one type.
                result.set(each.key, project(each.of, "State", value));
            }
        }
        return result;
    }
}
