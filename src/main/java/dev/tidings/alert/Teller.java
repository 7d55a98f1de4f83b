package dev.tidings.alert;

import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what happens to alerts as events. The instance that stored it tells at once; the others when that one has not said soon
 * after that it did. The ids of the events are the same whoever tells, so that the log keeps the first.
 */
final class Teller {
    private static final int AT_ONCE = 500;

    /** For somewhat less than the log knows ids, see protocol. */
    private static final long KNOWN_MS = 4 * 60_000L;

    private final EventLog log;
    private final Store store;
    private final Board board;
    private final AlertObserver observer;
    private final Clock clock;

    Teller(EventLog log, Store store, Board board, AlertObserver observer, Clock clock) {
        this.log = log;
        this.store = store;
        this.board = board;
        this.observer = observer;
        this.clock = clock;
    }

    private record Told(Alert alert, Notice notice) {}

    /** Tells what this instance has to tell by now, of each alert in its order, and of what the log knows. */
    void tell() {
        long now = clock.millis();
        List<Alert> due = board.untold().stream()
                .filter(alert -> alert.tellAt() <= now && !board.isChanged(alert))
                .limit(AT_ONCE)
                .toList();
        if (due.isEmpty()) {
            return;
        }
        List<Told> all = new ArrayList<>();
        for (Alert alert : due) {
            for (Notice notice : alert.state().untold()) {
                if (isOnItsWay(alert, notice, now)) {
                    all.add(new Told(alert, notice));
                } else {
                    done(alert, notice);
                }
            }
        }
        List<Outcome> outcomes =
                store.submit(all.stream().map(Teller::submission).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            Told told = all.get(i);
            switch (outcomes.get(i)) {
                case Outcome.Published(var stored) -> {
                    if (!stored.duplicate()) {
                        observer.told(told.notice().type());
                    }
                    done(told.alert(), told.notice());
                }
                case Outcome.Unavailable unavailable -> {
                    // Told again with the next turn, in the same order: what is told already has its id.
                }
                default -> {
                    observer.refused(told.alert().key().rule(), outcomes.get(i));
                    done(told.alert(), told.notice());
                }
            }
        }
    }

    private void done(Alert alert, Notice notice) {
        alert.noteTold(notice);
        board.change(alert, alert.state().told(List.of(notice)));
    }

    /** False when it has been told so long ago that the log would not know its id any more. */
    private boolean isOnItsWay(Alert alert, Notice notice, long now) {
        if (now - notice.at() < KNOWN_MS) {
            return true;
        }
        Range since = new Range(
                new Since.AtTime(notice.at() - KNOWN_MS),
                Range.Before.END,
                List.of(new Glob(notice.type())),
                Range.MAX_LIMIT,
                false);
        return log.read(alert.key().told(), since).toCompletableFuture().join().events().stream()
                .map(Event::id)
                .noneMatch(notice.id()::equals);
    }

    private static Submission submission(Told told) {
        Notice notice = told.notice();
        Json payload = Json.of(notice.payload(told.alert().key().channel().name()));
        return new Submission.Publish(told.alert().key().told(), notice.type(), notice.id(), payload, notice.cause());
    }
}
