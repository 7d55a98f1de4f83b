package dev.tidings.device.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One simulated device. What it is set to and what it shows are in its state, which may have come from another instance; what
 * it knows more exactly than it shows is in here. Used by one thread at a time.
 */
abstract class Simulation {
    /**
     * Some time passes.
     *
     * @param state as it is; null at first
     * @param seconds how long
     * @return what is different afterwards, as a merge patch
     */
    abstract ObjectNode step(@Nullable ObjectNode state, double seconds);

    static ObjectNode patch() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A member that is a number, or what it is at first. */
    static double number(@Nullable ObjectNode state, String member, double otherwise) {
        JsonNode value = state == null ? null : state.get(member);
        return value != null && value.isNumber() ? value.doubleValue() : otherwise;
    }

    static boolean flag(@Nullable ObjectNode state, String member, boolean otherwise) {
        JsonNode value = state == null ? null : state.get(member);
        return (value != null && value.isBoolean()) ? value.booleanValue() : otherwise;
    }

    /** Sets a member that nobody has set yet. */
    static void atFirst(ObjectNode patch, @Nullable ObjectNode state, String member, JsonNode value) {
        if (state == null || !state.has(member)) {
            patch.set(member, Objects.requireNonNull(value));
        }
    }

    /** How far something has come that approaches a target, as a capacitor or a warm body does. */
    static double approach(double from, double target, double seconds, double timeConstant) {
        return target + ((from - target) * Math.exp(-seconds / timeConstant));
    }

    static JsonNode rounded(double value, int decimals) {
        return DecimalNode.valueOf(new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP));
    }

    /** What is known exactly, unless something quite different is shown, as when another instance went on with it. */
    static double exact(double known, double shown, double difference) {
        return Math.abs(known - shown) <= difference ? known : shown;
    }
}
