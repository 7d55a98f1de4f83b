package dev.tidings.source.freshness;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.ConfiguredChannels;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Slice;
import dev.tidings.source.freshness.Watch.Phase;
import dev.tidings.source.poll.Submitter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@code state.stale} in channels that have a state and have been silent for longer than their namespace allows, and
 * {@code state.fresh} after whatever ends the silence. A silence of which somebody else has told already, such as a poller that
 * cannot reach its source, is not told again.
 *
 * <p>One thread tells, and reads the log; it may wait. The log's threads only note what they hear.
 */
public final class Freshness implements EventLog.Follower, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Freshness.class);
    private static final int MOST_WATCHED = 1_000_000;
    private static final int AT_ONCE = 500;
    private static final long TICK_MS = 200;
    private static final long RETRY_MS = 1000;
    private static final long READ_APART_MS = 5000;

    private final ConfiguredChannels channels;
    private final EventLog log;
    private final Submitter submitter;
    private final Clock clock;
    private final Catalogue catalogue;
    private final Watches watches = new Watches(MOST_WATCHED);
    private final AtomicBoolean toBeRead = new AtomicBoolean(true);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tidings-freshness").factory());

    /** Of the thread. */
    private long readAgainAt;

    private boolean saidFull;

    /** @param submitter {@code Intake::submit} */
    public Freshness(ConfiguredChannels channels, EventLog log, Submitter submitter, Clock clock) {
        this.channels = channels;
        this.log = log;
        this.submitter = submitter;
        this.clock = clock;
        this.catalogue = new Catalogue(log, clock, this::patience);
    }

    /** Begins to watch, if any namespace is to be watched. */
    public void start() {
        if (!channels.freshNamespaces().isEmpty()) {
            watches.beginLoading();
            log.follow(this);
            var unused = thread.scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void appended(int shard, List<Event> events) {
        if (watches.hear(
                events,
                event -> isOurs(event.key().tenant())
                        ? 0L
                        : patience(event.channel().namespace()))) {
            try {
                thread.execute(this::tick);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed meanwhile");
            }
        }
    }

    @Override
    public void lost(int shard) {
        toBeRead.set(true);
    }

    /** How many channels are watched. */
    public int watched() {
        return watches.size();
    }

    /** Channels of the service itself have no state that anybody waits for. */
    static boolean isOurs(String tenant) {
        return tenant.startsWith("_");
    }

    private long patience(String namespace) {
        return channels.freshFor(namespace).toMillis();
    }

    private void tick() {
        try {
            read();
            List<Watches.Due> due;
            do {
                due = watches.take(clock.millis(), AT_ONCE);
                tell(due);
            } while (due.size() == AT_ONCE && !thread.isShutdown());
            if (watches.isFull() && !saidFull) {
                saidFull = true;
                LOG.warnf(
                        "more than %d channels have a state: the freshness of the others is not watched", MOST_WATCHED);
            }
        } catch (RuntimeException e) {
            LOG.error("the freshness of states could not be looked after", e);
        }
    }

    private void read() {
        if (!toBeRead.get() || clock.millis() < readAgainAt) {
            return;
        }
        watches.beginLoading();
        toBeRead.set(false);
        try {
            catalogue.readInto(watches, channels.freshNamespaces());
            watches.endLoading();
            readAgainAt = clock.millis() + READ_APART_MS;
        } catch (CompletionException e) {
            LOG.debugf(e, "the log could not be read");
            toBeRead.set(true);
            readAgainAt = clock.millis() + RETRY_MS;
        }
    }

    private void tell(List<Watches.Due> due) {
        List<Watches.Due> certain = confirmed(due);
        if (certain.isEmpty()) {
            return;
        }
        List<Outcome> outcomes = submitter
                .submit(certain.stream().map(this::submission).toList())
                .toCompletableFuture()
                .join();
        for (int i = 0; i < outcomes.size(); i++) {
            if (!(outcomes.get(i) instanceof Outcome.Published)) {
                watches.retry(certain.get(i).key(), clock.millis() + RETRY_MS);
            }
        }
    }

    /** Those of which the log says the same: what came meanwhile may not have been heard yet. */
    private List<Watches.Due> confirmed(List<Watches.Due> due) {
        List<CompletableFuture<Slice>> heads = due.stream()
                .map(each -> log.read(each.key(), Range.HEAD).toCompletableFuture())
                .toList();
        List<Watches.Due> certain = new ArrayList<>();
        for (int i = 0; i < due.size(); i++) {
            Watches.Due each = due.get(i);
            try {
                Slice slice = heads.get(i).join();
                if (slice.head().state() == null) {
                    watches.forget(each.key());
                } else if (each.phase() == Phase.RETURNED
                        || slice.head().newest().equals(each.newest())) {
                    certain.add(each);
                } else {
                    learnAnew(each, slice);
                }
            } catch (CompletionException e) {
                watches.retry(each.key(), clock.millis() + RETRY_MS);
            }
        }
        return certain;
    }

    private void learnAnew(Watches.Due each, Slice slice) {
        @Nullable
        Watch watch =
                catalogue.read(each.key(), slice.head()).toCompletableFuture().join();
        if (watch != null) {
            watches.learn(watch);
        }
        watches.retry(each.key(), clock.millis() + RETRY_MS);
    }

    private Submission submission(Watches.Due due) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        if (due.phase() == Phase.RETURNED) {
            payload.put("since", due.heardAt());
            return new Submission.Publish(due.key(), Event.STATE_FRESH, due.markerId(), Json.of(payload), due.ender());
        }
        payload.put("reason", "nothing was heard for " + shown(Duration.ofMillis(due.patienceMs())));
        payload.put("since", due.heardAt());
        return new Submission.Publish(due.key(), Event.STATE_STALE, due.markerId(), Json.of(payload), null);
    }

    /** As in the configuration: 90s rather than PT1M30S. */
    private static String shown(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
