package dev.tidings.alert;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings alerts as they are known here and as the log has them together. What is written holds only if nobody has written
 * before; otherwise the log's is taken, and what its channel has had since is heard anew on top of it.
 */
final class Keeper {
    private static final int AT_ONCE = 500;
    private static final long OTHERS_FIRST_MS = 2000;

    private final EventLog log;
    private final Store store;
    private final History history;
    private final Board board;
    private final RuleBook book;
    private final Mark mark;
    private final Clock clock;

    Keeper(EventLog log, Store store, History history, Board board, RuleBook book, Mark mark, Clock clock) {
        this.log = log;
        this.store = store;
        this.history = history;
        this.board = board;
        this.book = book;
        this.mark = mark;
        this.clock = clock;
    }

    /** Stores what has changed here; false when some of it could not be. */
    boolean flush() {
        List<Alert> changed = board.changed();
        for (int begin = 0; begin < changed.size(); begin += AT_ONCE) {
            write(changed.subList(begin, Math.min(begin + AT_ONCE, changed.size())));
        }
        return board.changed().isEmpty();
    }

    private void write(List<Alert> alerts) {
        List<Alert> writes = alerts.stream()
                .filter(alert -> {
                    // What has begun and ended before anybody knew need not be known.
                    boolean needless = alert.stored() == null && alert.state().isOver();
                    if (needless) {
                        board.settle(alert);
                    }
                    return !needless;
                })
                .toList();
        List<Outcome> outcomes = store.submit(writes.stream()
                .map(alert -> write(alert, new Change.Put(alert.state().write(alert.key()))))
                .toList());
        for (int i = 0; i < outcomes.size(); i++) {
            settle(writes.get(i), outcomes.get(i));
        }
    }

    private void settle(Alert alert, Outcome outcome) {
        switch (outcome) {
            case Outcome.Changed changed -> {
                alert.setStored(changed.stored().position());
                alert.setTellAt(0);
                board.settle(alert);
            }
            case Outcome.Unchanged(Head head) -> {
                alert.setStored(head.statePosition());
                board.settle(alert);
            }
            case Outcome.Conflict(Head head) -> agree(alert, head);
            default -> {
                // Tried again with the next turn.
            }
        }
    }

    /** Removes alerts that are over, and come from events that nobody will evaluate again. */
    void prune() {
        List<Alert> gone = board.over().stream()
                .filter(alert -> {
                    Position at = alert.state().at();
                    return at == null
                            || mark.covers(
                                    log.shardOf(alert.key().watched()),
                                    alert.state().sequence());
                })
                .limit(AT_ONCE)
                .toList();
        List<Alert> kept = gone.stream().filter(alert -> alert.stored() != null).toList();
        List<Outcome> outcomes = store.submit(
                kept.stream().map(alert -> write(alert, new Change.Delete())).toList());
        for (int i = 0; i < kept.size(); i++) {
            switch (outcomes.get(i)) {
                case Outcome.Changed changed -> board.forget(kept.get(i));
                case Outcome.Unchanged unchanged -> board.forget(kept.get(i));
                case Outcome.Conflict(Head head) -> agree(kept.get(i), head);
                default -> {
                    // Tried again with the next turn.
                }
            }
        }
        gone.stream().filter(alert -> alert.stored() == null).forEach(board::forget);
    }

    private static Submission.Write write(Alert alert, Change change) {
        Position stored = alert.stored();
        Precondition unchanged = stored == null ? new Precondition.Absent() : new Precondition.ChangedAt(stored);
        return new Submission.Write(alert.place(), change, unchanged, null, null);
    }

    /** Reads alerts of which others have written. */
    void refresh(List<ChannelKey> places) {
        for (int begin = 0; begin < places.size(); begin += AT_ONCE) {
            List<ChannelKey> some = places.subList(begin, Math.min(begin + AT_ONCE, places.size()));
            List<CompletableFuture<Slice>> heads = some.stream()
                    .map(place -> log.read(place, Range.HEAD).toCompletableFuture())
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                take(some.get(i), heads.get(i).join().head());
            }
        }
    }

    /** Takes over where an alert stands in the log, which may be new here. */
    void take(ChannelKey place, Head head) {
        Alert known = board.at(place);
        if (known != null) {
            if (!isKnown(known, head)) {
                agree(known, head);
            }
            return;
        }
        AlertKey key = keyOf(place, head);
        Alert opened = key == null ? null : board.open(key);
        if (opened != null && head.state() != null) {
            // What its channel has had since is heard as all events are.
            opened.setStored(head.statePosition());
            opened.setTellAt(clock.millis() + OTHERS_FIRST_MS);
            board.adopt(opened, AlertState.read(head.state().data().tree()));
        }
    }

    private static boolean isKnown(Alert alert, Head head) {
        Position stored = alert.stored();
        return stored != null && head.state() != null && stored.equals(head.statePosition());
    }

    private static @Nullable AlertKey keyOf(ChannelKey place, Head head) {
        return head.state() == null
                ? null
                : new AlertKey(
                        Places.visible(place.tenant()),
                        head.state().data().tree().path("rule").asText(),
                        new Channel(head.state().data().tree().path("channel").asText()));
    }

    private void agree(Alert alert, Head head) {
        AlertState truth = head.state() == null
                ? AlertState.NONE
                : AlertState.read(head.state().data().tree());
        alert.setStored(head.state() == null ? null : head.statePosition());
        alert.setTellAt(clock.millis() + OTHERS_FIRST_MS);
        AlertState mine = alert.state();
        board.adopt(alert, truth);
        board.settle(alert);
        if (head.state() == null && mine.isOver()) {
            return;
        }
        board.change(alert, alert.withoutDone(truth.isAt(mine) ? truth : heardAnew(alert.key(), truth)));
    }

    /** How an alert stands by what its channel has had since it stood so, and by the time that has passed. */
    AlertState heardAnew(AlertKey key, AlertState since) {
        RuleBook.Entry entry = book.get(key.tenant(), key.rule());
        if (entry == null) {
            return since;
        }
        Position at = since.at();
        Slice slice = history.after(key.watched(), at == null ? new Since.Beginning() : new Since.After(at));
        AlertState state = since;
        int shard = log.shardOf(key.watched());
        for (Event event : slice.events()) {
            boolean concerned =
                    !mark.covers(shard, event.sequence()) && !mark.isBefore(shard, event.sequence(), entry.from());
            if (concerned && entry.rule().pattern().matches(key.channel())) {
                state = Course.hear(entry.rule(), key, state, event);
            }
        }
        return Course.pass(entry.rule(), key, state, clock.millis());
    }
}
