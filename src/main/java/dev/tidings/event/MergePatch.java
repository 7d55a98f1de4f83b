package dev.tidings.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7396): applying them, finding them, and saying what they replaced. */
public final class MergePatch {
    private MergePatch() {}

    /** The target with the patch applied (RFC 7396, section 2). Neither argument is changed. */
    public static JsonNode apply(@Nullable JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = copyOfObject(target);
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), apply(result.get(member.getKey()), member.getValue()));
            }
        }
        return result;
    }

    /**
     * The smallest patch that turns one object into the other; empty when they are the same. An object cannot hold a null
     * that a patch could set (RFC 7396, section 1), so a null member of {@code to} counts as absent.
     */
    public static ObjectNode between(@Nullable JsonNode from, JsonNode to) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        if (from != null && from.isObject()) {
            for (String name : (Iterable<String>) from::fieldNames) {
                if (absent(to.get(name))) {
                    patch.putNull(name);
                }
            }
        }
        for (Map.Entry<String, JsonNode> member : to.properties()) {
            JsonNode was = from == null ? null : from.get(member.getKey());
            JsonNode is = member.getValue();
            if (is.isNull() || (was != null && same(was, is))) {
                continue;
            }
            boolean nested = was != null && was.isObject() && is.isObject();
            patch.set(member.getKey(), nested ? between(was, is) : is);
        }
        return patch;
    }

    /**
     * What the members named by a patch held before it: nested like the patch, null where a member was absent. Members
     * that the patch replaces whole are given whole.
     */
    public static ObjectNode previous(@Nullable JsonNode from, ObjectNode patch) {
        ObjectNode previous = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            JsonNode was = from == null ? null : from.get(member.getKey());
            if (was != null && was.isObject() && member.getValue() instanceof ObjectNode nested) {
                previous.set(member.getKey(), previous(was, nested));
            } else {
                previous.set(member.getKey(), Objects.requireNonNullElse(was, JsonNodeFactory.instance.nullNode()));
            }
        }
        return previous;
    }

    /** True when two values are equal, numbers by value: 1 and 1.0 are the same. */
    public static boolean same(JsonNode a, JsonNode b) {
        return a.equals(MergePatch::compare, b);
    }

    /** The document without members that are null, at any depth of objects: such members cannot be kept by merge patches. */
    public static JsonNode withoutNulls(JsonNode document) {
        return document.isObject() ? apply(null, document) : document;
    }

    private static int compare(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    }

    private static boolean absent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }

    private static ObjectNode copyOfObject(@Nullable JsonNode target) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        if (target instanceof ObjectNode object) {
            Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
            while (members.hasNext()) {
                Map.Entry<String, JsonNode> member = members.next();
                copy.set(member.getKey(), member.getValue());
            }
        }
        return copy;
    }
}
