package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Learns from the log which rules and alerts there are, and hears what came since for them. Of the evaluating thread. */
final class Rules {
    private static final Logger LOG = Logger.getLogger(Rules.class);

    private final EventLog log;
    private final History history;
    private final RuleBook book;
    private final Board board;
    private final Mark mark;
    private final Keeper keeper;
    private final Evaluator evaluator;

    Rules(EventLog log, History history, RuleBook book, Board board, Mark mark, Keeper keeper, Evaluator evaluator) {
        this.log = log;
        this.history = history;
        this.book = book;
        this.board = board;
        this.mark = mark;
        this.keeper = keeper;
        this.evaluator = evaluator;
    }

    /** Reads everything, whatever is known already, and hears what no instance may have evaluated yet. */
    void load() {
        Cursor here = mark.here();
        mark.read();
        List<String> hidden = log.tenants().toCompletableFuture().join().stream()
                .filter(Places::isHidden)
                .toList();
        Set<ChannelKey> seen = new HashSet<>();
        Map<String, List<RuleBook.Entry>> found = new HashMap<>();
        for (String tenant : hidden) {
            List<RuleBook.Entry> entries = new ArrayList<>();
            history.listed(tenant, Places.RULES, page -> page.forEach(listing -> addRule(listing, entries)));
            found.put(Places.visible(tenant), entries);
        }
        book.tenants().stream()
                .filter(tenant -> !found.containsKey(tenant))
                .forEach(tenant -> book.putAll(tenant, List.of()));
        found.forEach(book::putAll);
        for (String tenant : hidden) {
            history.listed(
                    tenant,
                    Places.STATES,
                    page -> page.forEach(listing -> {
                        seen.add(listing.key());
                        keeper.take(listing.key(), listing.head());
                    }));
        }
        keeper.refresh(board.all().values().stream()
                .filter(alert -> alert.stored() != null && !seen.contains(alert.place()))
                .map(Alert::place)
                .toList());
        board.all().values().forEach(alert -> evaluator.orphan(alert, book.rule(alert.key())));
        catchUp(here);
    }

    private static void addRule(Listing listing, List<RuleBook.Entry> entries) {
        RuleBook.Entry entry = entry(listing.key(), listing.head());
        if (entry != null) {
            entries.add(entry);
        }
    }

    /** Everything since the mark; before there is one, since the first rule. */
    private void catchUp(Cursor here) {
        book.namespaces().forEach((tenant, namespaces) -> {
            Cursor from = mark.stored() != null ? mark.stored() : first(tenant, here);
            for (String namespace : namespaces) {
                hearSince(tenant, namespace, from);
            }
        });
    }

    private Cursor first(String tenant, Cursor here) {
        return book.of(tenant).values().stream()
                .map(RuleBook.Entry::from)
                .filter(from -> from != null && from.epoch().equals(here.epoch()))
                .min(Comparator.comparingLong(from ->
                        from.sequences().stream().mapToLong(Long::longValue).sum()))
                .orElse(here);
    }

    private void hearSince(String tenant, String namespace, @Nullable Cursor from) {
        History.patterns(namespace).forEach(pattern -> history.since(tenant, pattern, from, evaluator::hear));
    }

    /** Reads a rule that somebody has written. */
    void learn(ChannelKey place) {
        Head head = log.read(place, Range.HEAD).toCompletableFuture().join().head();
        String tenant = Places.visible(place.tenant());
        String id = place.channel().id();
        RuleBook.Entry entry = entry(place, head);
        if (entry == null) {
            if (book.remove(tenant, id)) {
                board.of(tenant, id).forEach(alert -> evaluator.orphan(alert, null));
            }
            return;
        }
        RuleBook.Entry before = book.put(tenant, entry);
        if (entry.equals(before)) {
            return;
        }
        for (Alert alert : board.of(tenant, id)) {
            evaluator.orphan(alert, entry.rule());
            if (before != null && !entry.rule().watchesLike(before.rule())) {
                evaluator.renew(alert);
            }
        }
        hearSince(tenant, entry.rule().pattern().namespace(), entry.from());
    }

    /** A rule as the log has it; null when there is none. */
    static RuleBook.@Nullable Entry entry(ChannelKey place, Head head) {
        if (head.state() == null) {
            return null;
        }
        JsonNode document = head.state().data().tree();
        try {
            ObjectNode rule = document.deepCopy();
            JsonNode from = rule.remove("from");
            return new RuleBook.Entry(
                    AlertRule.read(place.channel().id(), rule), from == null ? null : Cursor.parse(from.asText()));
        } catch (Invalid e) {
            LOG.errorf("rule %s of %s cannot be read: %s", place.channel().id(), place.tenant(), e.getMessage());
            return null;
        }
    }

    /** As the log keeps it. */
    static ObjectNode write(AlertRule rule, Cursor from) {
        return rule.write().put("from", from.toString());
    }

    /** Where the log stands now. */
    static CompletionStage<Cursor> now(EventLog log, String tenant) {
        return log.replay(Places.hidden(tenant), Places.RULES, new Since.Now()).thenApply(replay -> replay.cursor());
    }
}
