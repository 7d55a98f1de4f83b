package dev.tidings.checker;

import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Violation;
import java.util.List;
import java.util.Map;

/**
 * What came of a round.
 *
 * @param faults how often each kind of fault was injected
 * @param violations the broken promises
 */
public record Outcome(
        Topology topology,
        long seed,
        long millis,
        List<Entry> history,
        Map<String, Integer> faults,
        List<Violation> violations) {

    /** How many entries of a kind there are. */
    public long count(Kind kind) {
        return history.stream().filter(entry -> entry.kind() == kind).count();
    }

    /** How often a client was told that something is lost. */
    public long lossesTold() {
        return history.stream()
                .filter(entry -> entry.kind() == Kind.GAP
                        || (entry.kind() == Kind.SUBSCRIBED
                                && entry.id().isEmpty()
                                && entry.detail().startsWith("not")))
                .count();
    }
}
