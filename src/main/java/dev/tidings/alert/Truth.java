package dev.tidings.alert;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Condition;
import dev.tidings.event.Event;
import dev.tidings.event.EventFields;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an event says about a condition. A filter asks whether it holds, and takes what is not there for false; for the end of
 * an alert that is not enough: a change of the humidity does not say that it is no longer too hot.
 */
enum Truth {
    HOLDS,
    FAILS,
    /** The event does not speak of it. */
    OPEN;

    private static final String PAYLOAD = "payload";

    /**
     * What the event says.
     *
     * @param speaking which leaves can say that the condition fails, see {@link #speaksByEnvelope}
     */
    static Truth of(Condition condition, Event event, boolean speaking) {
        try {
            return evaluate(condition, event, speaking);
        } catch (RuntimeException e) {
            // As in filters: an event that cannot be looked into must not stop the others.
            return OPEN;
        }
    }

    /** Whether the event is one for which the condition holds, as in a filter. */
    static boolean holds(Condition condition, Event event) {
        try {
            return condition.test(event);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /**
     * Whether an event of another type, or with another id, says that the condition fails. It does where nothing else is asked
     * for; otherwise the type only chooses among the events.
     */
    static boolean speaksByEnvelope(Condition condition) {
        return leaves(condition).noneMatch(leaf -> isPayload(leaf.field()));
    }

    /** All comparisons of a condition, in their order. */
    static Stream<Condition.Leaf> leaves(Condition condition) {
        return switch (condition) {
            case Condition.All(List<Condition> of) -> of.stream().flatMap(Truth::leaves);
            case Condition.Any(List<Condition> of) -> of.stream().flatMap(Truth::leaves);
            case Condition.Not(Condition of) -> leaves(of);
            case Condition.Leaf leaf -> Stream.of(leaf);
        };
    }

    /** What an alert shows of an event: the first field that its condition looks at and the event has, payload before all. */
    static @Nullable JsonNode value(Condition condition, Event event) {
        JsonNode other = null;
        for (Condition.Leaf leaf : leaves(condition).toList()) {
            JsonNode found = EventFields.at(event, leaf.field());
            if (found != null && isPayload(leaf.field())) {
                return found;
            }
            other = other == null ? found : other;
        }
        return other;
    }

    static boolean isPayload(JsonPointer field) {
        return PAYLOAD.equals(field.getMatchingProperty());
    }

    private static Truth evaluate(Condition condition, Event event, boolean speaking) {
        if (!speaking && speaksByEnvelope(condition)) {
            return condition.test(event) ? HOLDS : OPEN;
        }
        return switch (condition) {
            case Condition.All(List<Condition> of) -> all(of, event, speaking);
            case Condition.Any(List<Condition> of) -> any(of, event, speaking);
            case Condition.Not(Condition of) ->
                switch (evaluate(of, event, speaking)) {
                    case HOLDS -> FAILS;
                    case FAILS -> HOLDS;
                    case OPEN -> OPEN;
                };
            case Condition.Leaf leaf -> leaf(leaf, event);
        };
    }

    private static Truth all(List<Condition> of, Event event, boolean speaking) {
        Truth all = HOLDS;
        for (Condition each : of) {
            Truth one = evaluate(each, event, speaking);
            if (one == OPEN && speaksByEnvelope(each)) {
                // An event that is not asked about: whatever else it has says nothing.
                return OPEN;
            }
            all = one == FAILS || all == FAILS ? FAILS : one == OPEN ? OPEN : all;
        }
        return all;
    }

    private static Truth any(List<Condition> of, Event event, boolean speaking) {
        Truth any = FAILS;
        for (Condition each : of) {
            Truth one = evaluate(each, event, speaking);
            if (one == HOLDS) {
                return HOLDS;
            }
            any = one == OPEN ? OPEN : any;
        }
        return any;
    }

    private static Truth leaf(Condition.Leaf leaf, Event event) {
        if (leaf.op() != Condition.Operator.EXISTS && EventFields.at(event, leaf.field()) == null) {
            return OPEN;
        }
        return leaf.test(event) ? HOLDS : FAILS;
    }
}
