package dev.tidings.checker.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What holds for states: each is what the changes up to its offset make of it, and each change says what was there before. Folded are
 * the changes as an instance's log has them at the end.
 */
final class Folding {
    private final List<Violation> found = new ArrayList<>();

    /** By tenant, channel and numbering its stored events by offset. */
    private final Map<String, TreeMap<Long, Entry>> stored = new HashMap<>();

    List<Violation> check(List<Entry> history) {
        for (Entry entry : history) {
            if (entry.kind() == Kind.STORED) {
                stored.computeIfAbsent(where(entry), w -> new TreeMap<>()).putIfAbsent(entry.offset(), entry);
            }
        }
        Map<String, Map<Long, ObjectNode>> folded = new HashMap<>();
        stored.forEach((where, events) -> folded.put(where, fold(events)));
        for (Entry entry : history) {
            if ((entry.kind() == Kind.SHOWN || entry.kind() == Kind.STATE) && folded.containsKey(where(entry))) {
                compare(entry, folded.get(where(entry)));
            }
        }
        return found;
    }

    /** By offset of the last change the state; only where the log has the channel from its beginning. */
    private Map<Long, ObjectNode> fold(NavigableMap<Long, Entry> events) {
        Map<Long, ObjectNode> states = new HashMap<>();
        if (events.firstKey() != 1) {
            return states;
        }
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        states.put(0L, state.deepCopy());
        for (Entry entry : events.values()) {
            String type = Payloads.type(entry.detail());
            if (type.equals("state.changed")) {
                JsonNode payload = Payloads.payload(entry.detail());
                replaces(entry, state, payload);
                merge(state, payload.path("patch"));
                states.put(entry.offset(), state.deepCopy());
            } else if (type.equals("state.deleted")) {
                state.removeAll();
                states.put(entry.offset(), state.deepCopy());
            }
        }
        return states;
    }

    private void replaces(Entry entry, ObjectNode state, JsonNode payload) {
        for (Map.Entry<String, JsonNode> field : payload.path("previous").properties()) {
            JsonNode was = state.get(field.getKey());
            if (!field.getValue().equals(was == null ? JsonNodeFactory.instance.nullNode() : was)) {
                report(entry, "said to replace " + field + ", but the changes before make it " + was);
            }
        }
        Set<String> patched = payload.path("patch").properties().stream()
                .map(Map.Entry::getKey)
                .collect(java.util.stream.Collectors.toSet());
        Set<String> previous = payload.path("previous").properties().stream()
                .map(Map.Entry::getKey)
                .collect(java.util.stream.Collectors.toSet());
        if (!patched.equals(previous)) {
            report(entry, "changes " + patched + " and says what was before of " + previous);
        }
    }

    private static void merge(ObjectNode state, JsonNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                state.remove(field.getKey());
            } else {
                state.set(field.getKey(), field.getValue());
            }
        }
    }

    private void compare(Entry shown, Map<Long, ObjectNode> states) {
        if (states.isEmpty()) {
            return;
        }
        ObjectNode made = states.get(shown.offset());
        JsonNode said =
                shown.detail().isEmpty() ? JsonNodeFactory.instance.objectNode() : Payloads.parse(shown.detail());
        if (made == null) {
            report(shown, "a state of an offset at which no change is");
        } else if (!made.equals(said)) {
            report(shown, "the changes up to there make it " + made);
        }
    }

    private static String where(Entry entry) {
        return entry.tenant() + '/' + entry.channel() + '@' + entry.epoch();
    }

    private void report(Entry at, String message) {
        found.add(new Violation(Rule.STATE, at.who(), at.tenant(), at.channel(), at.number(), message));
    }
}
