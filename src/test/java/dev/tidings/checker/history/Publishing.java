package dev.tidings.checker.history;

import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Facts.Place;
import dev.tidings.checker.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What holds between publishers and the log: an acknowledged event is there, at the one place it was given, and no other event is at
 * that place; what was refused is not there.
 */
final class Publishing {
    private final Facts facts;
    private final List<Violation> found = new ArrayList<>();

    /** By tenant, channel and place the first entry that said which event is there. */
    private final Map<String, Entry> atPlace = new HashMap<>();

    private final Map<String, Entry> acked = new HashMap<>();
    private final Map<String, Entry> refused = new HashMap<>();

    /** By instance, tenant and channel what its log has at the end. */
    private final Map<String, Set<String>> stored = new HashMap<>();

    private final List<Entry> reads = new ArrayList<>();
    private final Set<String> lastNumberings = new HashSet<>();

    Publishing(Facts facts) {
        this.facts = facts;
    }

    List<Violation> check(List<Entry> history) {
        history.stream()
                .filter(entry -> entry.kind() == Kind.READ)
                .forEach(read -> lastNumberings.add(numbering(read)));
        for (Entry entry : history) {
            switch (entry.kind()) {
                case ACKED -> acked(entry);
                case REFUSED -> refused.put(entry.id(), entry);
                case READ -> reads.add(entry);
                case STORED -> stored(entry);
                case DELIVERED -> refusedYetThere(entry);
                default -> {}
            }
        }
        Map<String, List<Entry>> byChannel =
                acked.values().stream().collect(Collectors.groupingBy(ack -> ack.tenant() + '/' + ack.channel()));
        for (Entry read : reads) {
            for (Entry ack : byChannel.getOrDefault(read.tenant() + '/' + read.channel(), List.of())) {
                lost(ack, read);
            }
        }
        return found;
    }

    private void acked(Entry entry) {
        Entry before = acked.putIfAbsent(entry.id(), entry);
        if (before != null && !place(before).equals(place(entry)) && !facts.lossPossible(entry)) {
            report(Rule.STORED_TWICE, entry, entry.id() + " was acknowledged at " + place(before) + " before");
        }
        onlyOneAt(entry);
    }

    private void stored(Entry entry) {
        stored.computeIfAbsent(where(entry), where -> new HashSet<>()).add(entry.id());
        Entry sent = facts.sent(entry.id());
        if (sent == null) {
            report(Rule.INVENTED, entry, "the log has an event that nobody published");
        } else if (!sent.tenant().equals(entry.tenant())) {
            report(Rule.FOREIGN, entry, "the log of a tenant has an event of " + sent.tenant());
        } else if (!facts.sameContent(sent, entry)) {
            report(Rule.ALTERED, entry, "it was published as " + sent.detail());
        }
        boolean elsewhere = facts.places(entry.id()).stream()
                .anyMatch(place -> place.epoch().equals(entry.epoch()) && place.offset() != entry.offset());
        if (elsewhere) {
            report(Rule.STORED_TWICE, entry, entry.id() + " has the places " + facts.places(entry.id()));
        }
        onlyOneAt(entry);
        refusedYetThere(entry);
    }

    private static String numbering(Entry entry) {
        return entry.tenant() + '/' + entry.channel() + '@' + entry.epoch();
    }

    /** Of a numbering that was given up, because there were two masters at once, nobody has anything any more. */
    private void onlyOneAt(Entry entry) {
        Entry before = atPlace.putIfAbsent(numbering(entry) + ':' + entry.offset(), entry);
        boolean givenUp = facts.lossPossible(entry) && !lastNumberings.contains(numbering(entry));
        if (before != null && !before.id().equals(entry.id()) && !givenUp) {
            report(Rule.MISPLACED, entry, "this place was said to be that of " + before.id());
        }
    }

    private void refusedYetThere(Entry entry) {
        Entry refusal = refused.remove(entry.id());
        if (refusal != null && !acked.containsKey(entry.id())) {
            report(Rule.REFUSED, entry, "it was refused: " + refusal.detail());
        }
    }

    private void lost(Entry ack, Entry read) {
        if (!ack.epoch().equals(read.epoch())) {
            if (!facts.lossPossible(read)) {
                report(
                        Rule.LOST,
                        ack,
                        "acknowledged, and at the end " + read.who() + " has the numbering " + read.epoch());
            }
        } else if (!stored.getOrDefault(where(read), Set.of()).contains(ack.id())) {
            report(Rule.LOST, ack, "acknowledged, and at the end not in the log of " + read.who());
        }
    }

    private static String where(Entry entry) {
        return entry.who() + ' ' + entry.tenant() + ' ' + entry.channel();
    }

    private static Place place(Entry entry) {
        return new Place(entry.epoch(), entry.offset());
    }

    private void report(Rule rule, Entry at, String message) {
        found.add(new Violation(rule, at.who(), at.tenant(), at.channel(), at.number(), message));
    }
}
