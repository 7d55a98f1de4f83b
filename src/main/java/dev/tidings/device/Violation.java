package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;

/**
 * Why a device may not be changed like that.
 *
 * @param at a JSON Pointer to the member that is wrong
 * @param message names the property, what was found and what is allowed
 */
public record Violation(String at, String message) {
    private static final int LONGEST = 64;

    static Violation value(String property, JsonNode found, String allowed) {
        return new Violation(
                pointer(property),
                shortened(property) + " is " + shortened(found.toString()) + "; allowed is " + allowed);
    }

    static Violation unknown(String property, String type, Set<String> known) {
        String all = known.isEmpty() ? "none" : String.join(", ", known);
        return new Violation(
                pointer(property),
                quoted(property) + " is no property of a device of type " + type + "; allowed are " + all);
    }

    private static String pointer(String member) {
        return '/' + shortened(member).replace("~", "~0").replace("/", "~1");
    }

    /** As in JSON, so that nothing in it can be taken for anything else. */
    private static String quoted(String text) {
        return TextNode.valueOf(shortened(text)).toString();
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
