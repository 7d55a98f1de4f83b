package dev.tidings.checker.history;

import dev.tidings.checker.history.Facts.Place;
import dev.tidings.checker.history.Violation.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one follower: over all of its connections it gets what comes after its place, and is told when it does not; on each
 * connection everything once, in order, without a hole.
 */
final class Following {
    private final Facts facts;
    private final List<Violation> found;

    /** By channel how far it has come, over all connections. */
    private final Map<String, Line> lines = new HashMap<>();

    /** By the id of the message what it asked for and what was not confirmed yet. */
    private final Map<String, Entry> asked = new HashMap<>();

    private final Set<String> idsOfConnection = new HashSet<>();

    /** Prefixes of patterns that have been told of a loss: of their channels that were not heard of yet nothing is known either. */
    private final Set<String> unknownFrom = new HashSet<>();

    /** How far it has come in a channel. */
    private static final class Line {
        /** Empty while it is not known, as for what comes by a pattern. */
        private String epoch = "";

        /** The newest offset up to which nothing is missing; -1: whatever comes next is right. */
        private long reached;

        /** The newest on this connection; the next has to follow; -1: nothing came yet. */
        private long onConnection = -1;
    }

    Following(Facts facts, List<Violation> found) {
        this.facts = facts;
        this.found = found;
    }

    void take(Entry entry) {
        switch (entry.kind()) {
            case CONNECTED -> connected();
            case ASKED -> asked.put(entry.id(), entry);
            case SUBSCRIBED -> subscribed(entry);
            case DELIVERED -> delivered(entry);
            case GAP -> gap(entry);
            default -> {}
        }
    }

    private void connected() {
        asked.clear();
        idsOfConnection.clear();
        lines.values().forEach(line -> line.onConnection = -1);
    }

    private void subscribed(Entry entry) {
        Entry question = asked.remove(entry.id());
        boolean recovered = entry.detail().startsWith("recovered");
        boolean pattern = entry.channel().endsWith("*");
        if (question == null && recovered) {
            report(Rule.RECOVERY, entry, "a recovery that was not asked for");
        } else if (question == null) {
            lost(entry, pattern);
        } else if (question.detail().equals("again")) {
            if (!pattern && !entry.epoch().equals(line(entry.channel()).epoch)) {
                lost(entry, false);
            }
        } else if (question.epoch().isEmpty()) {
            if (!pattern) {
                begin(entry);
            }
        } else if (!recovered) {
            lost(entry, pattern);
        } else {
            resumed(question, entry, pattern);
        }
    }

    private void begin(Entry entry) {
        Line line = line(entry.channel());
        line.epoch = entry.epoch();
        line.reached = entry.offset();
        line.onConnection = entry.offset();
    }

    /** It was told that not everything comes: what comes next is new. */
    private void lost(Entry entry, boolean pattern) {
        if (!facts.lossPossible(entry)) {
            report(Rule.NEEDLESS, entry, "told of a loss although nothing can have been lost");
        }
        idsOfConnection.clear();
        if (pattern) {
            String prefix = entry.channel().substring(0, entry.channel().length() - 1);
            lines.forEach((channel, line) -> {
                if (channel.startsWith(prefix)) {
                    line.epoch = "";
                    line.reached = -1;
                    line.onConnection = -1;
                }
            });
            unknownFrom.add(prefix);
        } else {
            begin(entry);
        }
    }

    /** What comes begins at the place that was asked for, be it that some of it came before. */
    private void resumed(Entry question, Entry entry, boolean pattern) {
        idsOfConnection.clear();
        if (pattern) {
            String prefix = entry.channel().substring(0, entry.channel().length() - 1);
            lines.forEach((channel, line) -> {
                if (channel.startsWith(prefix)) {
                    line.onConnection = -1;
                }
            });
            return;
        }
        if (!question.epoch().equals(entry.epoch())) {
            report(Rule.RECOVERY, entry, "recovered from the numbering " + question.epoch());
        }
        long replayed = Long.parseLong(entry.detail().substring(entry.detail().lastIndexOf(' ') + 1));
        if (entry.offset() - question.offset() != replayed) {
            report(Rule.RECOVERY, entry, "asked for what comes after " + question.offset());
        }
        Line line = line(entry.channel());
        line.epoch = entry.epoch();
        line.onConnection = question.offset();
    }

    private void gap(Entry entry) {
        long to = Long.parseLong(entry.detail());
        Line line = line(entry.channel());
        if (!facts.lossPossible(entry)) {
            report(Rule.NEEDLESS, entry, "a gap although nothing can have been lost");
        }
        line.onConnection = Math.max(line.onConnection, to);
        line.reached = Math.max(line.reached, to);
    }

    private void delivered(Entry entry) {
        published(entry);
        if (!idsOfConnection.add(entry.id())) {
            report(Rule.TWICE, entry, entry.id() + " has come on this connection before");
        }
        Line line = line(entry.channel());
        placed(entry, line);
        if (line.onConnection >= 0) {
            follows(entry, line.onConnection, "after " + line.onConnection);
        } else if (line.reached >= 0 && entry.offset() > line.reached + 1) {
            report(Rule.HOLE, entry, "the first on this connection; had come up to " + line.reached);
        }
        line.onConnection = entry.offset();
        line.reached = line.reached < 0 ? entry.offset() : Math.max(line.reached, entry.offset());
    }

    private void follows(Entry entry, long before, String message) {
        if (entry.offset() <= before) {
            report(Rule.ORDER, entry, message);
        } else if (entry.offset() > before + 1) {
            report(Rule.HOLE, entry, message);
        }
    }

    /** Somebody published it so. */
    private void published(Entry entry) {
        @Nullable Entry sent = facts.sent(entry.id());
        if (sent == null || sent.number() > entry.number()) {
            report(Rule.INVENTED, entry, "nobody published it");
        } else if (!sent.tenant().equals(entry.tenant())) {
            report(Rule.FOREIGN, entry, "an event of " + sent.tenant());
        } else if (!sent.channel().equals(entry.channel())) {
            report(Rule.ALTERED, entry, "published in " + sent.channel());
        } else if (!facts.sameContent(sent, entry)) {
            report(Rule.ALTERED, entry, "published as " + sent.detail());
        }
    }

    /** It has the place that is known from its acknowledgement and the log, in the numbering that this follower was told of. */
    private void placed(Entry entry, Line line) {
        Set<Place> places = facts.places(entry.id());
        if (places.isEmpty() || facts.mayHaveMoved(entry)) {
            return;
        }
        if (places.stream().noneMatch(place -> place.offset() == entry.offset())) {
            report(Rule.MISPLACED, entry, "its place is " + places);
            return;
        }
        Set<Place> acked = facts.acked(entry.id());
        if (line.epoch.isEmpty()) {
            acked.stream().filter(place -> acked.size() == 1).forEach(place -> line.epoch = place.epoch());
        } else if (!acked.isEmpty()
                && acked.stream().noneMatch(place -> place.epoch().equals(line.epoch))) {
            report(Rule.SILENT_RESTART, entry, "its place is " + acked + "; was told of the numbering " + line.epoch);
            line.epoch = "";
        }
    }

    private Line line(String channel) {
        return lines.computeIfAbsent(channel, name -> {
            Line line = new Line();
            line.reached = unknownFrom.stream().anyMatch(name::startsWith) ? -1 : 0;
            return line;
        });
    }

    private void report(Rule rule, Entry at, String message) {
        found.add(new Violation(rule, at.who(), at.tenant(), at.channel(), at.number(), message));
    }
}
