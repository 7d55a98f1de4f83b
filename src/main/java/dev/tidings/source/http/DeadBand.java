package dev.tidings.source.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds back changes of numbers that are too small to matter. Compared is with what was published last, not with what was
 * seen last, so that a slow drift comes out once it has become large enough.
 */
final class DeadBand {
    private DeadBand() {}

    /**
     * What to publish: what was seen, except that numbers within their band are as they were published.
     *
     * @param bands by place: a change smaller than this is none
     * @param seen is not changed
     */
    static ObjectNode apply(Map<JsonPointer, Double> bands, @Nullable JsonNode published, ObjectNode seen) {
        if (published == null || bands.isEmpty()) {
            return seen;
        }
        ObjectNode steady = seen.deepCopy();
        bands.forEach((place, band) -> {
            JsonNode was = published.at(place);
            JsonNode is = steady.at(place);
            if (was.isNumber() && is.isNumber() && difference(was, is).compareTo(BigDecimal.valueOf(band)) < 0) {
                replace(steady.at(place.head()), place.last(), was);
            }
        });
        return steady;
    }

    private static BigDecimal difference(JsonNode a, JsonNode b) {
        // Not to the last digit: written out, the difference of 1 and 1e1000000000 would fill the memory.
        return a.decimalValue()
                .subtract(b.decimalValue(), MathContext.DECIMAL128)
                .abs();
    }

    private static void replace(JsonNode parent, JsonPointer member, JsonNode value) {
        if (parent instanceof ObjectNode object) {
            object.set(member.getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array) {
            array.set(member.getMatchingIndex(), value);
        }
    }
}
