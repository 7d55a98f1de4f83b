package dev.tidings.alert;

import dev.tidings.event.Condition;
import dev.tidings.event.Condition.Operator;
import dev.tidings.event.EventFields;
import dev.tidings.event.Invalid;
import java.util.Set;
import java.util.regex.Pattern;

/** Refuses conditions that no event can ever fulfil: a rule with one is silent, and its author would not know why. */
final class Possible {
    private static final Set<Operator> ORDERED = Set.of(Operator.LT, Operator.LE, Operator.GT, Operator.GE);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,64}(\\.\\d{1,64})?");

    private Possible() {}

    /** @throws Invalid when part of the condition asks for what no event has */
    static void require(Condition condition) {
        switch (condition) {
            case Condition.All all -> all.of().forEach(Possible::require);
            case Condition.Any any -> any.of().forEach(Possible::require);
            case Condition.Not not -> require(not.of());
            case Condition.Leaf leaf -> requireLeaf(leaf);
        }
    }

    private static void requireLeaf(Condition.Leaf leaf) {
        String member = leaf.field().getMatchingProperty();
        if (!EventFields.NAMES.contains(member)) {
            throw invalid("no event has the field " + Invalid.shown(leaf.field().toString()) + "; a field begins with /"
                    + String.join(", /", EventFields.NAMES));
        }
        if (leaf.op() == Operator.IN && leaf.value().isEmpty()) {
            throw invalid("nothing is in an empty list");
        }
        if (ORDERED.contains(leaf.op())
                && leaf.value().isTextual()
                && NUMBER.matcher(leaf.value().textValue()).matches()) {
            throw invalid("a string is never compared with a number: write "
                    + leaf.value().textValue() + " without quotes");
        }
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.FILTER, message);
    }
}
