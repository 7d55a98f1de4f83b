package dev.tidings.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A question about an event that is true or false: a leaf compares one field, the others combine.
 *
 * <p>A missing field, or one of another type than the operator compares, makes a leaf false; only {@code exists: false}
 * is true of a missing field.
 */
public sealed interface Condition {
    boolean test(Event event);

    /** All of them hold; true when there are none. */
    record All(List<Condition> of) implements Condition {
        @Override
        public boolean test(Event event) {
            for (Condition each : of) {
                if (!each.test(event)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** At least one of them holds. */
    record Any(List<Condition> of) implements Condition {
        @Override
        public boolean test(Event event) {
            for (Condition each : of) {
                if (each.test(event)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The other does not hold. */
    record Not(Condition of) implements Condition {
        @Override
        public boolean test(Event event) {
            return !of.test(event);
        }
    }

    /**
     * One field compared with one value.
     *
     * @param field a JSON Pointer (RFC 6901) into the event as it is on the wire
     */
    record Leaf(JsonPointer field, Operator op, JsonNode value) implements Condition {
        @Override
        public boolean test(Event event) {
            return op.test(EventFields.at(event, field), value);
        }
    }

    /** How a leaf compares. */
    enum Operator {
        EQ(null) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && MergePatch.same(field, value);
            }
        },
        NE(null) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && sameType(field, value) && !MergePatch.same(field, value);
            }
        },
        LT(Operator::isOrdered) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return comparable(field, value) && order(field, value) < 0;
            }
        },
        LE(Operator::isOrdered) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return comparable(field, value) && order(field, value) <= 0;
            }
        },
        GT(Operator::isOrdered) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return comparable(field, value) && order(field, value) > 0;
            }
        },
        GE(Operator::isOrdered) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return comparable(field, value) && order(field, value) >= 0;
            }
        },
        IN(JsonNode::isArray) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && holds(value, field);
            }
        },
        NIN(JsonNode::isArray) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && !holds(value, field);
            }
        },
        EXISTS(JsonNode::isBoolean) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return (field != null) == value.booleanValue();
            }
        },
        PREFIX(JsonNode::isTextual) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && field.isTextual() && field.textValue().startsWith(value.textValue());
            }
        },
        SUFFIX(JsonNode::isTextual) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                return field != null && field.isTextual() && field.textValue().endsWith(value.textValue());
            }
        },
        CONTAINS(null) {
            @Override
            boolean test(@Nullable JsonNode field, JsonNode value) {
                if (field == null) {
                    return false;
                }
                if (field.isTextual()) {
                    return value.isTextual() && field.textValue().contains(value.textValue());
                }
                return field.isArray() && holds(field, value);
            }
        };

        @SuppressWarnings("ImmutableEnumChecker") // The functions given here keep nothing.
        private final @Nullable Function<JsonNode, Boolean> operand;

        Operator(@Nullable Function<JsonNode, Boolean> operand) {
            this.operand = operand;
        }

        abstract boolean test(@Nullable JsonNode field, JsonNode value);

        /** True when the value is one this operator can compare with. */
        boolean accepts(JsonNode value) {
            return operand == null || operand.apply(value);
        }

        private static boolean isOrdered(JsonNode value) {
            return value.isNumber() || value.isTextual();
        }

        private static boolean sameType(JsonNode a, JsonNode b) {
            return a.getNodeType() == b.getNodeType();
        }

        private static boolean comparable(@Nullable JsonNode field, JsonNode value) {
            return field != null && sameType(field, value);
        }

        private static int order(@Nullable JsonNode field, JsonNode value) {
            if (field == null) {
                throw new IllegalArgumentException("no field to compare");
            }
            return field.isNumber()
                    ? field.decimalValue().compareTo(value.decimalValue())
                    : field.textValue().compareTo(value.textValue());
        }

        private static boolean holds(JsonNode array, JsonNode member) {
            for (JsonNode each : array) {
                if (MergePatch.same(each, member)) {
                    return true;
                }
            }
            return false;
        }
    }
}
