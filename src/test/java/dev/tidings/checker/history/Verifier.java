package dev.tidings.checker.history;

import dev.tidings.checker.history.Entry.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a history and says which promises it breaks. */
public final class Verifier {
    private Verifier() {}

    /** All broken promises, in the order in which they show. */
    public static List<Violation> check(List<Entry> history) {
        Facts facts = new Facts(history);
        List<Violation> found = new ArrayList<>(new Publishing(facts).check(history));
        Map<String, Following> followers = new LinkedHashMap<>();
        for (Entry entry : history) {
            if (ofFollower(entry.kind())) {
                followers
                        .computeIfAbsent(entry.who(), who -> new Following(facts, found))
                        .take(entry);
            } else if (entry.kind() == Kind.FAULT || entry.kind() == Kind.CALM) {
                followers.values().forEach(each -> each.take(entry));
            }
        }
        found.addAll(new Reaching().check(history));
        found.addAll(new Folding().check(history));
        found.sort(java.util.Comparator.comparingLong(Violation::at));
        return found;
    }

    private static boolean ofFollower(Kind kind) {
        return switch (kind) {
            case CONNECTED, DISCONNECTED, ASKED, SUBSCRIBED, SHOWN, DELIVERED, GAP -> true;
            default -> false;
        };
    }
}
