package dev.tidings.checker.history;

import dev.tidings.checker.history.Entry.Kind;
import java.util.ArrayList;
import java.util.List;

/** The least of a history that still breaks a promise in the same way: without any one entry of it, it would not. */
public final class Shortest {
    /** Enough for what concerns one channel and one follower; beyond it only the newest are looked at. */
    private static final int LONGEST = 4000;

    private Shortest() {}

    /** The entries that show it, in their order. */
    public static List<Entry> of(List<Entry> history, Violation broken) {
        List<Entry> entries =
                history.stream().filter(entry -> concerns(entry, broken)).toList();
        if (entries.size() > LONGEST) {
            List<Entry> newest = newest(entries, broken.at());
            entries = shows(newest, broken) ? newest : entries;
        }
        if (!shows(entries, broken)) {
            entries = history;
        }
        return reduce(entries, broken);
    }

    private static List<Entry> newest(List<Entry> entries, long at) {
        int end = 0;
        while (end < entries.size() && entries.get(end).number() <= at) {
            end++;
        }
        return entries.subList(Math.max(0, end - LONGEST), Math.min(entries.size(), end + 200));
    }

    private static boolean concerns(Entry entry, Violation broken) {
        boolean ofChannel =
                entry.tenant().equals(broken.tenant()) && entry.channel().equals(broken.channel());
        boolean ofFollower = entry.who().equals(broken.who())
                && (entry.channel().isEmpty() || entry.channel().endsWith("*"));
        boolean ofEvent = entry.kind() == Kind.SENT;
        return entry.kind() == Kind.FAULT
                || entry.kind() == Kind.CALM
                || ofFollower
                || entry.number() == broken.at()
                || (ofChannel && (!isFollowers(entry.kind()) || entry.who().equals(broken.who())))
                || (ofEvent && broken.rule() == Violation.Rule.FOREIGN);
    }

    private static boolean isFollowers(Kind kind) {
        return switch (kind) {
            case CONNECTED, DISCONNECTED, ASKED, SUBSCRIBED, SHOWN, DELIVERED, GAP -> true;
            default -> false;
        };
    }

    /** Takes away halves, then quarters, and so on, down to single entries, as long as it still shows. */
    private static List<Entry> reduce(List<Entry> entries, Violation broken) {
        List<Entry> left = new ArrayList<>(entries);
        for (int size = Math.max(1, left.size() / 2); size > 0; size /= 2) {
            int from = 0;
            while (from < left.size()) {
                List<Entry> without = new ArrayList<>(left.subList(0, from));
                without.addAll(left.subList(Math.min(left.size(), from + size), left.size()));
                if (shows(without, broken)) {
                    left = without;
                } else {
                    from += size;
                }
            }
        }
        return left;
    }

    private static boolean shows(List<Entry> entries, Violation broken) {
        return Verifier.check(entries).contains(broken);
    }
}
