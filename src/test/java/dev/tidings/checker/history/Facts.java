package dev.tidings.checker.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What publishers and instances say of events: who sent what, and which place it has. */
final class Facts {
    /** Where an event is. */
    record Place(String epoch, long offset) {}

    private final Map<String, Entry> sent = new HashMap<>();
    private final Map<String, Set<Place>> acked = new HashMap<>();
    private final Map<String, Set<Place>> places = new HashMap<>();
    private final Map<String, Entry> stored = new HashMap<>();
    private final Set<String> again = new HashSet<>();
    private final long lossPossibleFrom;

    Facts(List<Entry> history) {
        long from = Long.MAX_VALUE;
        for (Entry entry : history) {
            switch (entry.kind()) {
                case SENT -> sent.putIfAbsent(entry.id(), entry);
                case ACKED -> note(acked, entry);
                case STORED -> {
                    stored.putIfAbsent(entry.id(), entry);
                    note(places, entry);
                }
                case AGAIN -> again.add(entry.id());
                case FAULT -> {
                    if (entry.offset() == 1) {
                        from = Math.min(from, entry.number());
                    }
                }
                default -> {}
            }
        }
        this.lossPossibleFrom = from;
    }

    @Nullable
    Entry sent(String id) {
        return sent.get(id);
    }

    private static void note(Map<String, Set<Place>> where, Entry entry) {
        where.computeIfAbsent(entry.id(), id -> new HashSet<>()).add(new Place(entry.epoch(), entry.offset()));
    }

    /** The places that its acknowledgements say it has; mostly one. */
    Set<Place> acked(String id) {
        return acked.getOrDefault(id, Set.of());
    }

    /** The same with those that the log says. A log that lost something shows what it still has in its last numbering. */
    Set<Place> places(String id) {
        Set<Place> all = new HashSet<>(acked(id));
        all.addAll(places.getOrDefault(id, Set.of()));
        return all;
    }

    /** Whether it may have had another place before, which it was published again after: that one was lost, and told nobody. */
    boolean mayHaveMoved(Entry event) {
        return again.contains(event.id()) && lossPossibleFrom < Long.MAX_VALUE;
    }

    /** Whether something that loses data has been done before. */
    boolean lossPossible(Entry at) {
        return lossPossibleFrom < at.number();
    }

    /** Whether an event says what was sent, and what the log has where it is there at the end. */
    boolean sameContent(Entry sent, Entry heard) {
        Entry kept = stored.get(heard.id());
        return Payloads.same(sent.detail(), heard.detail())
                && (kept == null || kept.detail().equals(heard.detail()));
    }
}
