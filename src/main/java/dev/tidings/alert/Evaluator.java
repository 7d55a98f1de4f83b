package dev.tidings.alert;

import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Works out what events and time mean to the alerts on the board. */
final class Evaluator {
    private static final Logger LOG = Logger.getLogger(Evaluator.class);

    private final EventLog log;
    private final RuleBook book;
    private final Board board;
    private final Mark mark;
    private final Keeper keeper;
    private final Clock clock;
    private boolean saidFull;

    Evaluator(EventLog log, RuleBook book, Board board, Mark mark, Keeper keeper, Clock clock) {
        this.log = log;
        this.book = book;
        this.board = board;
        this.mark = mark;
        this.keeper = keeper;
        this.clock = clock;
    }

    /** Hears an event; one that has been heard before, or has been evaluated by another instance for all, means nothing. */
    void hear(Event event) {
        int shard = log.shardOf(event.key());
        if (mark.covers(shard, event.sequence())) {
            return;
        }
        mark.touch(clock.millis());
        for (Alert alert : List.copyOf(board.of(event.key()).values())) {
            RuleBook.Entry entry = book.get(alert.key().tenant(), alert.key().rule());
            if (entry != null && entry.rule().pattern().matches(event.channel())) {
                hear(entry, alert, shard, event);
            }
        }
        book.index(event.key().tenant()).find(event, rule -> begin(rule, shard, event));
    }

    private void hear(RuleBook.Entry entry, Alert alert, int shard, Event event) {
        boolean begins = alert.state().phase() == Phase.CLEAR;
        if (!begins || !mark.isBefore(shard, event.sequence(), entry.from())) {
            board.change(alert, Course.hear(entry.rule(), alert.key(), alert.state(), event));
        }
    }

    private void begin(AlertRule rule, int shard, Event event) {
        if (board.of(event.key()).containsKey(rule.id()) || !rule.holds(event)) {
            return;
        }
        RuleBook.Entry entry = book.get(event.key().tenant(), rule.id());
        if (entry == null || mark.isBefore(shard, event.sequence(), entry.from())) {
            return;
        }
        @Nullable Alert alert = board.open(new AlertKey(event.key().tenant(), rule.id(), event.channel()));
        if (alert != null) {
            hear(entry, alert, shard, event);
        } else if (!saidFull) {
            saidFull = true;
            LOG.warnf("%d alerts are known, and no more are watched: further ones are not raised", board.size());
        }
    }

    /** Raises what has held long enough. What came meanwhile, and may not have been heard yet, is looked up before. */
    void pass() {
        long now = clock.millis();
        for (Alert alert : board.pending()) {
            AlertRule rule = book.rule(alert.key());
            if (rule != null && Course.dueAt(rule, alert.state()) <= now) {
                board.change(alert, keeper.heardAnew(alert.key(), alert.state()));
            }
        }
    }

    /** Ends alerts of a rule that is gone, or is not about their channels any more. */
    void orphan(Alert alert, @Nullable AlertRule rule) {
        boolean stays = rule != null && rule.pattern().matches(alert.key().channel());
        if (!stays) {
            boolean send = rule != null && rule.hook() != null;
            AlertState ended = Course.orphaned(alert.key(), alert.state(), send, clock.millis());
            board.change(alert, rule == null ? ended.withoutHook() : ended);
        }
    }

    /** A rule asks for something else now: what has begun under the one before begins anew. */
    void renew(Alert alert) {
        if (alert.state().phase() == Phase.PENDING) {
            board.change(alert, alert.state().ended(null, 0, null, false));
        }
    }
}
