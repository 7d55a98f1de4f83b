package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.intake.Submission;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.PollerMeters.Result;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one poller for as long as this instance holds the poller's lease.
 *
 * <p>A round looks at the source, compares with what the log retains and submits what changed, all of it at once so that
 * a channel's change and what it amounts to are stored together. What the log did not take is not forgotten: the next
 * round reads what the log has and finds the same net change again. A source that cannot be reached changes no state; its
 * channels are told {@code state.stale} once, and {@code state.fresh} when it is back.
 */
public final class PollerRunner {
    private static final Logger LOG = Logger.getLogger(PollerRunner.class);
    private static final Duration WITHOUT_LEASE = Duration.ofMillis(500);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(3);

    /** How a poller is run: under what name, for which tenant, how often, and how much it tells. */
    public record Settings(String name, String tenant, Pacing pacing, Allowance allowance) {}

    private final Settings settings;
    private final Poller poller;
    private final Lease lease;
    private final Delivery delivery;
    private final PollerMeters meters;
    private final Retained retained;
    private final Throttle throttle;
    private final Thread thread;

    private long term = Lease.NOT_HELD;
    private int failures;
    private boolean logReachable = true;
    private boolean storming;
    private Set<Channel> contested = Set.of();

    private final RefusedStates refused = new RefusedStates();
    private boolean saidNotAdmitted;

    public PollerRunner(
            Settings settings, Poller poller, Lease lease, EventLog log, Submitter submitter, MeterRegistry meters) {
        this.settings = settings;
        this.poller = poller;
        this.lease = lease;
        this.delivery = new Delivery(submitter);
        this.meters = new PollerMeters(meters, settings.name());
        this.retained = new Retained(log, settings.tenant(), poller);
        this.throttle = new Throttle(settings.name(), settings.allowance(), System::nanoTime);
        this.thread = Thread.ofVirtual().name("poller-" + settings.name()).unstarted(this::run);
    }

    /** Starts it; the first look is taken at once. */
    public void start() {
        thread.start();
    }

    /** Stops it, in the midst of a look if need be, and gives the lease to whoever waits for it. */
    public void stop() {
        thread.interrupt();
        try {
            thread.join(STOP_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lease.close();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(round());
            }
        } catch (InterruptedException e) {
            LOG.debugf("poller %s stopped", settings.name());
        }
    }

    /** One round; answers how long to wait until the next. */
    private Duration round() throws InterruptedException {
        long now = lease.term();
        if (now != term) {
            // Whoever held the lease meanwhile may have written anything.
            retained.forget();
            refused.forget();
            term = now;
        }
        if (now == Lease.NOT_HELD) {
            return WITHOUT_LEASE;
        }
        long began = System.nanoTime();
        Result result;
        try {
            result = look();
        } catch (RuntimeException e) {
            // A defect must not end the polling; what it left behind is not to be relied on.
            LOG.errorf(e, "poller %s failed", settings.name());
            retained.forget();
            result = Result.FAILED;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        meters.record(result, took);
        if (failures > 0) {
            return settings.pacing().afterFailure(failures, ThreadLocalRandom.current());
        }
        Duration rest = settings.pacing().next(ThreadLocalRandom.current()).minus(took);
        // A look that takes longer than the interval must not become a busy loop.
        Duration least = settings.pacing().interval().dividedBy(10);
        return rest.compareTo(least) > 0 ? rest : least;
    }

    private Result look() throws InterruptedException {
        try {
            retained.load();
        } catch (LogUnavailable e) {
            return logFailed(e.getMessage());
        }
        Snapshot snapshot;
        try {
            snapshot = poller.poll(retained.states());
        } catch (SourceUnavailable e) {
            return unreachable(e.reason());
        } catch (RuntimeException e) {
            LOG.debugf(e, "poller %s failed", settings.name());
            return unreachable("the poller failed: " + e);
        }
        reached();
        try {
            Result result = publish(snapshot);
            if (result != Result.FAILED && !logReachable) {
                LOG.infof("poller %s: what it sees can be stored again", settings.name());
                logReachable = true;
            }
            return result;
        } catch (LogUnavailable e) {
            return logFailed(e.getMessage());
        }
    }

    private Result publish(Snapshot snapshot) throws InterruptedException {
        Set<Channel> others = new HashSet<>();
        Map<Channel, ObjectNode> seen = retained.uncontested(snapshot.states(), others);
        reportContested(others);
        List<Announcement> announcements = new ArrayList<>(poller.explain(refused.over(retained), seen));
        refused.dropStored(retained, seen);
        snapshot.happenings().stream()
                .filter(happening -> seen.containsKey(happening.channel()))
                .forEach(announcements::add);
        Throttle.Told told = throttle.within(announcements);
        List<Submission> submissions = new Changes(settings.name(), retained, refused).to(seen, told.announcements());
        if (submissions.isEmpty() || lease.term() != term) {
            return refused.isEmpty() ? Result.OK : Result.FAILED;
        }
        Delivery.Result delivered = delivery.submit(submissions);
        if (delivered.failure() != null) {
            return logFailed(delivered.failure());
        }
        refused.settle(retained, seen, delivered.refused().keySet(), submissions);
        reportCoalesced(told.coalesced());
        reportNotAdmitted(delivered.notAdmitted());
        return tellRefused(delivered.refused());
    }

    /** Whoever looks at a channel whose state is not let in is told once that it is not what there is. */
    private Result tellRefused(Map<Channel, String> never) throws InterruptedException {
        for (Map.Entry<Channel, String> each : never.entrySet()) {
            if (!retained.isStale(each.getKey())) {
                LOG.warnf(
                        "poller %s: the state of %s is not let in: %s",
                        settings.name(), each.getKey(), each.getValue());
                Delivery.Result told = delivery.submit(
                        List.of(new Changes(settings.name(), retained, refused).stale(each.getKey(), each.getValue())));
                if (told.failure() != null) {
                    return logFailed(told.failure());
                }
                retained.markedStale(each.getKey());
            }
        }
        return refused.isEmpty() ? Result.CHANGED : Result.FAILED;
    }

    private Result unreachable(String reason) throws InterruptedException {
        if (failures++ == 0) {
            LOG.warnf("poller %s cannot look at its source: %s", settings.name(), reason);
            // Subscribers may have been told already, for the channel was silent for too long.
            retained.forget();
            try {
                retained.load();
            } catch (LogUnavailable e) {
                return logFailed(e.getMessage());
            }
        }
        List<Submission> submissions = new Changes(settings.name(), retained, refused).stale(reason);
        if (!submissions.isEmpty() && lease.term() == term) {
            Delivery.Result delivered = delivery.submit(submissions);
            if (delivered.failure() != null) {
                return logFailed(delivered.failure());
            }
            submissions.forEach(each -> retained.markedStale(each.key().channel()));
        }
        return Result.FAILED;
    }

    private void reached() {
        if (failures > 0) {
            LOG.infof("poller %s can look at its source again", settings.name());
            failures = 0;
        }
    }

    private Result logFailed(@Nullable String reason) {
        if (logReachable) {
            LOG.warnf("poller %s: what it sees cannot be stored now: %s", settings.name(), reason);
            logReachable = false;
        }
        retained.forget();
        return Result.FAILED;
    }

    private void reportCoalesced(int now) {
        meters.coalesced(now);
        if (now > 0 && !storming) {
            LOG.infof(
                    "poller %s sees more than it is allowed to tell; states are complete, of events the rest is counted",
                    settings.name());
        }
        storming = now > 0;
    }

    private void reportNotAdmitted(@Nullable String reason) {
        if (reason != null && !saidNotAdmitted) {
            saidNotAdmitted = true;
            LOG.warnf(
                    "poller %s: some of its events are not let in, such as one of which is said: %s",
                    settings.name(), reason);
        }
    }

    private void reportContested(Set<Channel> others) {
        if (!contested.containsAll(others)) {
            LOG.warnf(
                    "poller %s leaves out %s: the state there is another poller's or a client's, and has to be deleted first",
                    settings.name(), others);
        }
        contested = others;
    }
}
