package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Hears what channels retain as a rule would have heard it, and tells nobody. Safe on any thread. */
public final class DryRun {
    private static final int AT_ONCE = 4;
    private static final int MOST_CHANNELS = 1000;
    private static final int MOST_EVENTS = 100_000;
    private static final int MOST_FOUND = 1000;

    private final EventLog log;
    private final History history;
    private final Clock clock;
    private final Semaphore running = new Semaphore(AT_ONCE);

    DryRun(EventLog log, History history, Clock clock) {
        this.log = log;
        this.history = history;
        this.clock = clock;
    }

    /**
     * What a rule would have told.
     *
     * @param found in the order of time, at most 1000
     * @param channels how many were looked at, at most 1000
     * @param events how many were heard, at most some more than 100 000
     * @param complete true when all was looked at that is retained, and all is told
     */
    public record Findings(List<Found> found, int channels, int events, boolean complete) {}

    /**
     * One event that would have been told.
     *
     * @param type of the event
     * @param at when, in ms since the Unix epoch
     * @param since when the condition began to hold
     * @param cause the id of the event that led to it
     */
    public record Found(
            String type,
            Channel channel,
            long at,
            long since,
            @Nullable String cause,
            @Nullable JsonNode value) {}

    CompletionStage<Findings> run(String tenant, AlertRule rule) {
        if (!running.tryAcquire()) {
            return CompletableFuture.failedStage(
                    new LogUnavailable("rules are being tested already; try again in a moment"));
        }
        CompletableFuture<Findings> answer = new CompletableFuture<>();
        var unused = Thread.startVirtualThread(() -> {
            try {
                answer.complete(new Run(tenant, rule).findings());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                running.release();
            }
        });
        return answer;
    }

    /** One of them, as far as it has come. */
    private final class Run {
        private final String tenant;
        private final AlertRule rule;
        private final List<Found> found = new ArrayList<>();
        private int channels;
        private int events;
        private boolean complete = true;

        Run(String tenant, AlertRule rule) {
            this.tenant = tenant;
            this.rule = rule;
        }

        Findings findings() {
            List<Listing> page = log.channels(tenant, rule.pattern(), "", MOST_CHANNELS + 1)
                    .toCompletableFuture()
                    .join();
            complete = page.size() <= MOST_CHANNELS;
            for (Listing listing : page.subList(0, Math.min(MOST_CHANNELS, page.size()))) {
                if (events >= MOST_EVENTS) {
                    complete = false;
                    break;
                }
                hear(listing);
            }
            found.sort(Comparator.comparingLong(Found::at));
            if (found.size() > MOST_FOUND) {
                complete = false;
            }
            return new Findings(
                    List.copyOf(found.subList(0, Math.min(MOST_FOUND, found.size()))), channels, events, complete);
        }

        private void hear(Listing listing) {
            AlertKey key = new AlertKey(tenant, rule.id(), listing.key().channel());
            Slice slice = history.after(listing.key(), new Since.Beginning());
            channels++;
            events += slice.events().size();
            AlertState state = AlertState.NONE;
            for (Event event : slice.events()) {
                state = note(key, Course.hear(rule, key, state, event));
            }
            note(key, Course.pass(rule, key, state, clock.millis()));
        }

        private AlertState note(AlertKey key, AlertState state) {
            for (Notice notice : state.untold()) {
                found.add(new Found(
                        notice.type(), key.channel(), notice.at(), notice.since(), notice.cause(), notice.value()));
            }
            return state.untold().isEmpty() ? state : state.told(state.untold());
        }
    }
}
