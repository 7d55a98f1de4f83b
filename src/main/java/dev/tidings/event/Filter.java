package dev.tidings.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a channel a subscriber wants. Equal filters are equal objects, so that subscribers who ask alike can be
 * served alike.
 *
 * @param events globs of event types, one of which must match; empty lets all types through
 * @param where what must hold besides; null lets everything through
 */
public record Filter(List<Glob> events, @Nullable Condition where) {
    public static final Filter EVERYTHING = new Filter(List.of(), null);

    private static final int MAX_LEAVES = 32;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_GLOBS = 32;
    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");

    /** True when the event is wanted. */
    public boolean test(Event event) {
        return matchesType(event.type()) && (where == null || holds(where, event));
    }

    /** One event that cannot be looked into must not stop the others. */
    private static boolean holds(Condition where, Event event) {
        try {
            return where.test(event);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private boolean matchesType(String type) {
        if (events.isEmpty()) {
            return true;
        }
        for (Glob glob : events) {
            if (glob.matches(type)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads {@code {events?: [glob], where?: condition}}.
     *
     * @throws Invalid when it is something else, has more than 32 leaves, or is nested deeper than 8
     */
    public static Filter parse(JsonNode filter) {
        require(filter.isObject(), "a filter is an object with events, where or both");
        JsonNode where = filter.path("where");
        return new Filter(globs(filter.path("events")), absent(where) ? null : new Reader().read(where, 1));
    }

    /** Reads a list of event globs; none when it is absent. */
    public static List<Glob> globs(JsonNode events) {
        if (absent(events)) {
            return List.of();
        }
        require(events.isArray() && events.size() <= MAX_GLOBS, "events is a list of at most 32 event globs");
        List<Glob> globs = new ArrayList<>();
        for (JsonNode glob : events) {
            require(glob.isTextual(), "an event glob is a string such as \"agent.*\"");
            globs.add(new Glob(glob.textValue()));
        }
        return List.copyOf(globs);
    }

    /** Reads a condition by itself. */
    public static Condition condition(JsonNode condition) {
        return new Reader().read(condition, 1);
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Invalid(Invalid.What.FILTER, otherwise);
        }
    }

    /** Reads one condition, counting its leaves. */
    private static final class Reader {
        private static final String FORMS =
                "a condition is one of {field, op, value}, {all: […]}, {any: […]} and {not: …}";
        private int leaves;

        Condition read(JsonNode node, int depth) {
            require(depth <= MAX_DEPTH, "a condition nests at most " + MAX_DEPTH + " deep");
            require(node.isObject(), FORMS);
            long kinds =
                    Stream.of("all", "any", "not", "field").filter(node::has).count();
            require(kinds == 1, FORMS);
            node.fieldNames().forEachRemaining(name -> requireKnown(name, node.has("field")));
            if (node.has("all")) {
                return new Condition.All(readEach(node.get("all"), depth));
            }
            if (node.has("any")) {
                return new Condition.Any(readEach(node.get("any"), depth));
            }
            if (node.has("not")) {
                return new Condition.Not(read(node.get("not"), depth + 1));
            }
            return readLeaf(node);
        }

        /** What is not known would not be asked, and more would fit than was meant. */
        private static void requireKnown(String name, boolean leaf) {
            require(
                    leaf
                            ? name.equals("field") || name.equals("op") || name.equals("value")
                            : name.equals("all") || name.equals("any") || name.equals("not"),
                    "a condition has no member \"" + Invalid.shown(name) + "\" there; " + FORMS);
        }

        private List<Condition> readEach(JsonNode list, int depth) {
            require(list.isArray() && !list.isEmpty(), "all and any take a list of at least one condition");
            List<Condition> conditions = new ArrayList<>();
            for (JsonNode each : list) {
                conditions.add(read(each, depth + 1));
            }
            return List.copyOf(conditions);
        }

        private Condition readLeaf(JsonNode node) {
            require(++leaves <= MAX_LEAVES, "a filter has at most " + MAX_LEAVES + " comparisons");
            Condition.Operator op = operator(node.path("op"));
            JsonNode value = node.get("value");
            if (value == null && op == Condition.Operator.EXISTS) {
                // {op: exists} alone means exists: true.
                value = JsonNodeFactory.instance.booleanNode(true);
            }
            require(value != null, "a comparison has a value");
            require(
                    op.accepts(value),
                    "op " + op.name().toLowerCase(Locale.ROOT) + " cannot compare with a value that is "
                            + value.getNodeType().name().toLowerCase(Locale.ROOT));
            return new Condition.Leaf(pointer(node.path("field")), op, value);
        }

        private static Condition.Operator operator(JsonNode op) {
            if (op.isTextual()) {
                for (Condition.Operator each : Condition.Operator.values()) {
                    if (each.name().toLowerCase(Locale.ROOT).equals(op.textValue())) {
                        return each;
                    }
                }
            }
            throw new Invalid(
                    Invalid.What.FILTER, "op is one of eq ne lt le gt ge in nin exists prefix suffix contains");
        }

        private static JsonPointer pointer(JsonNode field) {
            require(
                    field.isTextual() && field.textValue().startsWith("/"),
                    "field is a JSON Pointer into the event, such as /payload/status");
            require(
                    !BAD_ESCAPE.matcher(field.textValue()).find(),
                    "in a JSON Pointer ~ is followed by 0 or 1 (RFC 6901, section 3)");
            return JsonPointer.compile(field.textValue());
        }
    }
}
