package dev.tidings.alert;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Condition;
import dev.tidings.event.Condition.Operator;
import dev.tidings.event.Event;
import dev.tidings.event.EventFields;
import dev.tidings.event.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds those of many rules whose condition an event may fulfil, by the event's own members: what the others look for is not
 * there, or not so. Of each condition one comparison is taken that has to hold for the whole to hold, or, of alternatives, one
 * each. So an event costs what it has, and not what there are rules. Built once, then read by any thread.
 */
final class FieldTree {
    private static final String PAYLOAD = "payload";

    private final Map<String, FieldTree> members = new HashMap<>();
    private final Map<String, List<AlertRule>> equalTexts = new HashMap<>();
    private final Map<String, List<AlertRule>> otherTexts = new HashMap<>();
    private final TreeMap<Double, List<AlertRule>> above = new TreeMap<>();
    private final TreeMap<Double, List<AlertRule>> below = new TreeMap<>();
    private final TreeMap<Double, List<AlertRule>> equalNumbers = new TreeMap<>();

    /** Those to be asked whenever the field is there. */
    private final List<AlertRule> others = new ArrayList<>();

    /** Adds a rule. At the root: what no comparison can stand for is asked about every event. */
    void add(AlertRule rule) {
        List<Condition.Leaf> keys = keys(rule.condition());
        if (keys == null) {
            others.add(rule);
            return;
        }
        for (Condition.Leaf key : keys) {
            FieldTree place = this;
            for (JsonPointer rest = key.field(); !rest.matches(); rest = rest.tail()) {
                place = place.members.computeIfAbsent(rest.getMatchingProperty(), name -> new FieldTree());
            }
            place.add(key, rule);
        }
    }

    private void add(Condition.Leaf leaf, AlertRule rule) {
        JsonNode value = leaf.value();
        if (value.isTextual() && leaf.op() == Operator.EQ) {
            put(equalTexts, value.textValue(), rule);
        } else if (value.isTextual() && leaf.op() == Operator.NE) {
            put(otherTexts, value.textValue(), rule);
        } else if (value.isNumber() && leaf.op() == Operator.EQ) {
            put(equalNumbers, number(value), rule);
        } else if (value.isNumber() && (leaf.op() == Operator.GT || leaf.op() == Operator.GE)) {
            put(above, number(value), rule);
        } else if (value.isNumber() && (leaf.op() == Operator.LT || leaf.op() == Operator.LE)) {
            put(below, number(value), rule);
        } else {
            others.add(rule);
        }
    }

    /** Zero has one sign here. */
    private static double number(JsonNode value) {
        return value.doubleValue() + 0.0;
    }

    private static <K> void put(Map<K, List<AlertRule>> rules, K key, AlertRule rule) {
        rules.computeIfAbsent(key, first -> new ArrayList<>()).add(rule);
    }

    /** Comparisons of which at least one holds whenever the condition does; null when there are none such. */
    private static @Nullable List<Condition.Leaf> keys(Condition condition) {
        return switch (condition) {
            case Condition.Leaf leaf ->
                leaf.op() == Operator.EXISTS && !leaf.value().booleanValue() ? null : List.of(leaf);
            case Condition.Not not -> null;
            case Condition.Any(List<Condition> of) -> {
                List<Condition.Leaf> all = new ArrayList<>();
                for (Condition each : of) {
                    List<Condition.Leaf> keys = keys(each);
                    if (keys == null) {
                        yield null;
                    }
                    all.addAll(keys);
                }
                yield all;
            }
            case Condition.All(List<Condition> of) -> {
                List<Condition.Leaf> best = null;
                for (Condition each : of) {
                    List<Condition.Leaf> keys = keys(each);
                    if (keys != null && (best == null || rank(keys) < rank(best))) {
                        best = keys;
                    }
                }
                yield best;
            }
        };
    }

    /** The lower, the fewer events: equality of the payload before other comparisons of it, and these before the envelope's. */
    private static int rank(List<Condition.Leaf> keys) {
        int rank = keys.size();
        for (Condition.Leaf key : keys) {
            rank += key.op() == Operator.EQ ? 0 : 2;
            rank += Truth.isPayload(key.field()) ? 0 : 1;
        }
        return rank;
    }

    /**
     * Gives all rules of these trees whose condition may hold, some perhaps more than once. A payload that is not parsed is looked
     * through once for all of them, and need not be parsed as a whole, unless some rule is to be asked.
     */
    static void find(List<FieldTree> trees, Event event, Consumer<AlertRule> found) {
        Json payload = event.payload();
        List<FieldTree> unparsed = null;
        for (FieldTree tree : trees) {
            tree.others.forEach(found);
            for (Map.Entry<String, FieldTree> member : tree.members.entrySet()) {
                if (member.getKey().equals(PAYLOAD) && !payload.isParsed()) {
                    unparsed = unparsed == null ? new ArrayList<>(trees.size()) : unparsed;
                    unparsed.add(member.getValue());
                    continue;
                }
                JsonNode value = EventFields.member(event, member.getKey());
                if (value != null) {
                    member.getValue().find(value, found);
                }
            }
        }
        if (unparsed != null) {
            look(unparsed, payload, found);
        }
    }

    private static void look(List<FieldTree> trees, Json payload, Consumer<AlertRule> found) {
        if (payload.isParsed()) {
            // Somebody had to be asked meanwhile.
            trees.forEach(tree -> tree.find(payload.tree(), found));
            return;
        }
        try {
            FieldScan.of(payload, trees, found);
        } catch (IOException e) {
            trees.forEach(tree -> tree.find(payload.tree(), found));
        }
    }

    @Nullable
    FieldTree member(String name) {
        return members.get(name);
    }

    /** True when there is something to be found in an object or an array. */
    boolean looksInside() {
        return !members.isEmpty();
    }

    boolean looksAtTexts() {
        return !equalTexts.isEmpty() || !otherTexts.isEmpty();
    }

    boolean looksAtNumbers() {
        return !above.isEmpty() || !below.isEmpty() || !equalNumbers.isEmpty();
    }

    /** Those that are to be asked whatever is there. */
    List<AlertRule> others() {
        return others;
    }

    void findByText(String text, Consumer<AlertRule> found) {
        equalTexts.getOrDefault(text, List.of()).forEach(found);
        if (!otherTexts.isEmpty()) {
            otherTexts.forEach((not, rules) -> {
                if (!not.equals(text)) {
                    rules.forEach(found);
                }
            });
        }
    }

    private void find(JsonNode value, Consumer<AlertRule> found) {
        others.forEach(found);
        if (value.isTextual()) {
            findByText(value.textValue(), found);
        } else if (value.isNumber()) {
            findByNumber(number(value), found);
        } else if (!members.isEmpty() && value.isObject()) {
            findInObject(value, found);
        } else if (!members.isEmpty() && value.isArray()) {
            findInArray(value, found);
        }
    }

    /** What doubles cannot tell apart is let through on both sides: the condition itself decides. */
    void findByNumber(double number, Consumer<AlertRule> found) {
        if (!above.isEmpty()) {
            above.headMap(number, true).values().forEach(rules -> rules.forEach(found));
        }
        if (!below.isEmpty()) {
            below.tailMap(number, true).values().forEach(rules -> rules.forEach(found));
        }
        List<AlertRule> equal = equalNumbers.isEmpty() ? null : equalNumbers.get(number);
        if (equal != null) {
            equal.forEach(found);
        }
    }

    private void findInObject(JsonNode object, Consumer<AlertRule> found) {
        if (members.size() <= object.size()) {
            for (Map.Entry<String, FieldTree> member : members.entrySet()) {
                JsonNode value = object.get(member.getKey());
                if (value != null) {
                    member.getValue().find(value, found);
                }
            }
            return;
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            FieldTree known = members.get(member.getKey());
            if (known != null) {
                known.find(member.getValue(), found);
            }
        }
    }

    private void findInArray(JsonNode array, Consumer<AlertRule> found) {
        for (Map.Entry<String, FieldTree> member : members.entrySet()) {
            JsonNode value = array.at('/' + member.getKey());
            if (!value.isMissingNode()) {
                member.getValue().find(value, found);
            }
        }
    }
}
