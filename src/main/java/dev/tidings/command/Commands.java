package dev.tidings.command;

import dev.tidings.cluster.Cluster;
import dev.tidings.intake.EventIds;
import dev.tidings.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Takes commands to those who answer them and their answers back, once, over all instances. Safe on any thread.
 *
 * <p>The instance of the caller decides: it alone knows that the command is waited for, and the first that ends it (an
 * answer, the deadline, the end of the handler's instance) is what the caller hears. A command is given to one handler. Only
 * an instance that says it has not given it to anybody lets it be given elsewhere.
 */
public final class Commands implements AutoCloseable {
    private final String self;
    private final Audit audit;
    private final CommandSettings settings;
    private final CommandObserver observer;
    private final EventIds ids;
    private final ScheduledThreadPoolExecutor timer;
    private final LocalHandlers local;
    private final Router router;
    private final Exchange exchange;
    private final Quotas quotas;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();

    public Commands(Cluster cluster, Audit audit, CommandSettings settings, CommandObserver observer, EventIds ids) {
        this.self = cluster.self();
        this.audit = audit;
        this.settings = settings;
        this.observer = observer;
        this.ids = ids;
        this.quotas = new Quotas(settings.perCaller());
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("commands").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        Peers peers = new Peers();
        Announcements announcements = new Announcements(cluster, peers, timer);
        this.local = new LocalHandlers(settings.perHandler(), timer, announcements::offer);
        this.router = new Router(self, local, peers);
        Orphans orphans = new Orphans(audit, timer);
        this.exchange = new Exchange(cluster, local, orphans);
        exchange.start(new Returning());
        announcements.start();
        cluster.watch(new Cluster.Watcher() {
            @Override
            public void joined(String instance) {
                announcements.joined(instance);
            }

            @Override
            public void left(String instance) {
                peers.forget(instance);
                failAllAt(instance);
                orphans.left(instance);
            }
        });
    }

    public CommandSettings settings() {
        return settings;
    }

    /** How many commands from here are waited for. */
    public int waiting() {
        return pending.size();
    }

    /** How many patterns are handled here, all handlers taken together. */
    public int handling() {
        return local.patterns();
    }

    /** Makes a connection known as a handler. */
    public Registration register(String tenant, Handler handler) {
        return local.register(tenant, null, handler);
    }

    /**
     * Makes a handler known that is configured. On all instances one of the same name counts as the same, and those who have
     * it ask no other for it.
     */
    public Registration register(String tenant, String name, Handler handler) {
        return local.register(tenant, name, handler);
    }

    /** Has something done. Never fails: what goes wrong is an outcome. */
    public CompletionStage<Outcome> call(Request request) {
        if (!router.isHandled(request.key())) {
            return refused(
                    ErrorCode.NO_HANDLER, noHandler(request.key().channel().name()));
        }
        if (pending.size() >= CommandSettings.PER_INSTANCE) {
            observer.limitHit("commands");
            return refused(ErrorCode.UNAVAILABLE, "too many commands wait for their answers");
        }
        if (!quotas.tryTake(request.caller())) {
            observer.limitHit("commands-per-caller");
            return refused(
                    ErrorCode.RATE_LIMITED, "at most " + settings.perCaller() + " commands can be waited for at once");
        }
        Command command = new Command(
                ids.next(), request.key(), request.call().name(), request.call().args(), request.from());
        Pending waiting = new Pending(command, request.caller(), request.call().timeoutMs());
        pending.put(command.id(), waiting);
        waiting.endsAt(timer.schedule(
                () -> end(waiting, Answer.late(waiting.timeoutMs())), waiting.timeoutMs(), TimeUnit.MILLISECONDS));
        var unused = audit.requested(command).thenAccept(refusal -> dispatch(waiting, refusal));
        return waiting.outcome();
    }

    private CompletionStage<Outcome> refused(ErrorCode code, String reason) {
        observer.ended(code.text(), 0);
        return CompletableFuture.completedStage(new Outcome.Refused(code, reason));
    }

    private static String noHandler(String channel) {
        return "nobody answers commands in " + channel;
    }

    /** What is not written down is not done. */
    private void dispatch(Pending waiting, Optional<String> refusal) {
        if (refusal.isPresent()) {
            end(waiting, new Outcome.Refused(ErrorCode.UNAVAILABLE, refusal.get()));
        } else {
            dispatch(waiting);
        }
    }

    /** Gives it to an instance that has not been asked yet. */
    private void dispatch(Pending waiting) {
        while (true) {
            String instance = router.choose(waiting.command().key(), waiting.tried());
            if (instance == null) {
                endUntaken(waiting);
                return;
            }
            router.gave(instance);
            if (!waiting.giveTo(instance)) {
                router.over(instance);
                return;
            }
            if (!instance.equals(self)) {
                giveAway(waiting, instance);
                return;
            }
            LocalHandlers.Given given = give(waiting);
            if (given == LocalHandlers.Given.GIVEN || !waiting.notTaken(self, given)) {
                return;
            }
            router.over(self);
        }
    }

    private LocalHandlers.Given give(Pending waiting) {
        return local.give(waiting.command(), waiting.remainingMs(), answer -> end(waiting, answer));
    }

    private void giveAway(Pending waiting, String instance) {
        var unused = exchange.give(instance, waiting.command(), waiting.remainingMs())
                .whenComplete((told, failure) -> {
                    if (failure != null && waiting.isAt(instance)) {
                        // It may have been told all the same: nobody else is given it.
                        end(waiting, Answer.gone("the handler's instance could not be reached"));
                    }
                });
    }

    /** What an instance says that does not have the command is not heard. */
    private final class Returning implements Exchange.Receiver {
        @Override
        public void answered(String command, String from, Answer answer) {
            Pending waiting = pending.get(command);
            if (waiting != null && waiting.isAt(from)) {
                end(waiting, answer);
            }
        }

        @Override
        public void notTaken(String command, String from, LocalHandlers.Given why) {
            Pending waiting = pending.get(command);
            if (waiting != null && waiting.notTaken(from, why)) {
                router.over(from);
                dispatch(waiting);
            }
        }
    }

    private void endUntaken(Pending waiting) {
        String channel = waiting.command().key().channel().name();
        Outcome.Refused outcome = waiting.isBusy()
                ? new Outcome.Refused(ErrorCode.UNAVAILABLE, "all who answer commands in " + channel + " are busy")
                : new Outcome.Refused(ErrorCode.NO_HANDLER, noHandler(channel));
        if (end(waiting, outcome)) {
            audit.completed(waiting.command(), Answer.gone(outcome.reason()).result(), null, millis(waiting));
        }
    }

    private void failAllAt(String instance) {
        for (Pending each : List.copyOf(pending.values())) {
            if (each.isAt(instance)) {
                end(each, Answer.gone("the handler's instance went away before it answered"));
            }
        }
    }

    private void end(Pending waiting, Answer answer) {
        if (end(waiting, new Outcome.Ended(waiting.command().id(), answer.result()))) {
            audit.completed(waiting.command(), answer.result(), answer.handler(), millis(waiting));
        }
    }

    private static long millis(Pending waiting) {
        return TimeUnit.NANOSECONDS.toMillis(waiting.elapsedNanos());
    }

    /** True for the first who ends it. */
    private boolean end(Pending waiting, Outcome outcome) {
        if (!pending.remove(waiting.command().id(), waiting)) {
            return false;
        }
        String at = waiting.end();
        if (at != null) {
            router.over(at);
        }
        quotas.release(waiting.caller());
        observer.ended(outcome.status(), waiting.elapsedNanos());
        waiting.outcome().complete(outcome);
        return true;
    }

    /** Nobody is waited for any more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
