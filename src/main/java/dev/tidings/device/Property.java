package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a property of a device type may be set to.
 *
 * @param unit what its numbers are in, for messages; null for none
 * @param min the smallest number; null for any
 * @param max the largest number; null for any
 * @param values all that an {@link Kind#ENUM} can be
 * @param maxLength of a string, in characters
 * @param readOnly true when the device alone says what it is
 * @param required true when it cannot be removed
 */
public record Property(
        Kind kind,
        @Nullable String unit,
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        List<String> values,
        int maxLength,
        boolean readOnly,
        boolean required) {
    /** What kind of value it has. */
    public enum Kind {
        NUMBER,
        INTEGER,
        BOOLEAN,
        STRING,
        ENUM;

        /** As in configuration: lower case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Property {
        values = List.copyOf(values);
    }

    /** What it may be set to, in words; null when this value is such. */
    @Nullable
    String refusal(JsonNode value) {
        if (readOnly) {
            return "nothing: the device alone says what it is";
        }
        boolean allowed = value.isNull()
                ? !required
                : switch (kind) {
                    case NUMBER -> value.isNumber() && isInRange(value);
                    case INTEGER -> isWhole(value) && isInRange(value);
                    case BOOLEAN -> value.isBoolean();
                    case STRING -> value.isTextual() && lengthOf(value.textValue()) <= maxLength;
                    case ENUM -> value.isTextual() && values.contains(value.textValue());
                };
        return allowed ? null : allowed();
    }

    /** In words. */
    String allowed() {
        String all = switch (kind) {
            case NUMBER -> "a number" + range();
            case INTEGER -> "a whole number" + range();
            case BOOLEAN -> "true or false";
            case STRING -> "a string of at most " + maxLength + " characters";
            case ENUM -> "one of " + String.join(", ", values);
        };
        return required ? all : all + ", or null to remove it";
    }

    private String range() {
        String bounds;
        if (min != null && max != null) {
            bounds = " from " + min.toPlainString() + " to " + max.toPlainString();
        } else if (min != null) {
            bounds = " of at least " + min.toPlainString();
        } else {
            bounds = max == null ? "" : " of at most " + max.toPlainString();
        }
        return unit == null ? bounds : bounds + ' ' + unit;
    }

    /** In characters as people count them: one outside of Unicode's first plane is one too. */
    private static int lengthOf(String text) {
        return text.codePointCount(0, text.length());
    }

    /** 150.0 is as whole as 150. */
    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0);
    }

    private boolean isInRange(JsonNode value) {
        BigDecimal number = value.decimalValue();
        return (min == null || number.compareTo(min) >= 0) && (max == null || number.compareTo(max) <= 0);
    }
}
