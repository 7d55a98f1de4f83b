package dev.tidings.checker;

import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Violation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of a round.
 *
 * @param faults how often each kind of fault was injected
 * @param violations the broken promises
 * @param printed what the instances have printed, where a promise was broken
 */
public record Outcome(
        Topology topology,
        long seed,
        long millis,
        List<Entry> history,
        Map<String, Integer> faults,
        List<Violation> violations,
        List<String> printed) {

    /** How many entries of a kind there are. */
    public long count(Kind kind) {
        return history.stream().filter(entry -> entry.kind() == kind).count();
    }

    /** How often a client was told that something is lost: when it wanted to resume, or unasked. */
    public long lossesTold() {
        Set<String> resuming = new HashSet<>();
        long told = 0;
        for (Entry entry : history) {
            String question = entry.who() + '#' + entry.connection() + ' ' + entry.id();
            if (entry.kind() == Kind.ASKED && !entry.epoch().isEmpty()) {
                resuming.add(question);
            } else if (entry.kind() == Kind.GAP) {
                told++;
            } else if (entry.kind() == Kind.SUBSCRIBED
                    && entry.detail().startsWith("not")
                    && (entry.id().isEmpty() || resuming.contains(question))) {
                told++;
            }
        }
        return told;
    }

    /** How many acknowledged events are in no log at the end, because what keeps it has lost them; that was announced. */
    public long lost() {
        Set<String> stored = new HashSet<>();
        history.stream().filter(entry -> entry.kind() == Kind.STORED).forEach(entry -> stored.add(entry.id()));
        return history.stream()
                .filter(entry -> entry.kind() == Kind.ACKED && !stored.contains(entry.id()))
                .map(Entry::id)
                .distinct()
                .count();
    }
}
