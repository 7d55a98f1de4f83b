package dev.tidings.alert;

import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.Submitter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rules of all tenants and the alerts that they raise: what REST asks for, and the thread that evaluates. Safe on any thread. */
public final class Alerts implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Alerts.class);
    private static final int MOST_ALERTS = 100_000;
    private static final int MOST_WAITING = 100_000;
    private static final int AT_ONCE = 5000;
    private static final long TICK_MS = 100;
    /** Where there are no rules; whatever happens meanwhile wakes the thread. */
    private static final long IDLE_MS = 10_000;

    private static final long RETRY_MS = 1000;
    private static final long PATIENCE_MS = 1000;
    private static final long TIDY_MS = 500;
    private static final int ATTEMPTS = 5;

    private final EventLog log;
    private final Submitter submitter;
    private final AlertSettings settings;
    private final AlertObserver observer;
    private final Clock clock;
    private final RuleBook book = new RuleBook();
    private final Board board = new Board(MOST_ALERTS);
    private final Mark mark;
    private final Keeper keeper;
    private final Evaluator evaluator;
    private final Rules rules;
    private final Teller teller;
    private final Hooks hooks;
    private final Inbox inbox;
    private final DryRun dryRun;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Queue<CompletableFuture<Void>> waiters = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("tidings-alerts").factory());
    private volatile boolean loaded;

    /** Of the thread, as is the next. */
    private long retryAt;

    private long tidyAt;

    private @Nullable ScheduledFuture<?> next;

    /** What became of a rule that was to be stored. */
    public enum Stored {
        CREATED,
        REPLACED,
        /** The tenant has as many rules as it may have. */
        TOO_MANY
    }

    /**
     * @param submitter {@code Intake::submit}
     * @param leases gives the lease of the instance that calls webhooks; asked once, when it is first needed
     */
    public Alerts(
            EventLog log,
            Submitter submitter,
            Supplier<Lease> leases,
            AlertSettings settings,
            AlertObserver observer,
            Clock clock) {
        this.log = log;
        this.submitter = submitter;
        this.settings = settings;
        this.observer = observer;
        this.clock = clock;
        Store store = new Store(submitter);
        History history = new History(log);
        mark = new Mark(log, store);
        keeper = new Keeper(log, store, history, board, book, mark, clock);
        evaluator = new Evaluator(log, book, board, mark, keeper, clock);
        rules = new Rules(log, history, book, board, mark, keeper, evaluator);
        teller = new Teller(log, store, board, observer, clock);
        hooks = new Hooks(settings, leases, book, board, observer, clock, this::wake);
        inbox = new Inbox(MOST_WAITING, book, mark, this::wake);
        dryRun = new DryRun(log, history, clock);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Begins to evaluate. */
    public void start() {
        log.follow(inbox);
        wake();
    }

    /** How many rules are known, of all tenants. */
    public int rules() {
        return book.size();
    }

    /** How many alerts are raised, of all tenants. */
    public long raised() {
        return board.raised();
    }

    /** A tenant's rule; null when there is none. */
    public @Nullable AlertRule rule(String tenant, String id) {
        RuleBook.Entry entry = book.get(tenant, id);
        return entry == null ? null : entry.rule();
    }

    /** A tenant's rules in the order of their ids. */
    public List<AlertRule> rules(String tenant) {
        return book.of(tenant).values().stream().map(RuleBook.Entry::rule).toList();
    }

    /** A tenant's alerts that are raised, in the order of rules and channels. */
    public List<RaisedAlert> raised(String tenant) {
        List<RaisedAlert> raised = new ArrayList<>();
        for (Alert alert : ofTenant(tenant)) {
            AlertRule rule = book.rule(alert.key());
            AlertState state = alert.state();
            if (rule != null && state.phase() == Phase.RAISED) {
                raised.add(view(rule, alert.key(), state));
            }
        }
        return raised;
    }

    private Collection<Alert> ofTenant(String tenant) {
        Channel first = new Channel("a");
        // No id is empty or greater than all that begin with a brace.
        return board.all()
                .subMap(new AlertKey(tenant, "", first), new AlertKey(tenant, "{", first))
                .values();
    }

    private static RaisedAlert view(AlertRule rule, AlertKey key, AlertState state) {
        return new RaisedAlert(
                rule.id(),
                key.channel(),
                rule.severity(),
                state.since(),
                state.raisedAt(),
                state.acknowledged(),
                state.value());
    }

    /**
     * Stores a rule, which holds here when the stage completes, for events from now on. Fails with {@link LogUnavailable}.
     *
     * @throws Invalid when its webhook is on a host that is not allowed
     */
    public CompletionStage<Stored> put(String tenant, AlertRule rule) {
        RuleHook hook = rule.hook();
        if (hook != null && !settings.allowsHost(hook.url().getHost())) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "webhook.url: its host is not one that webhooks may be on; allowed are "
                            + String.join(" ", settings.hosts()));
        }
        if (!loaded) {
            return CompletableFuture.failedStage(new LogUnavailable("the rules have not been read yet"));
        }
        RuleBook.Entry known = book.get(tenant, rule.id());
        if (known == null && book.of(tenant).size() >= settings.rules()) {
            return CompletableFuture.completedStage(Stored.TOO_MANY);
        }
        Cursor goesOn = known != null && known.rule().watchesLike(rule) ? known.from() : null;
        CompletionStage<Cursor> from =
                goesOn == null ? Rules.now(log, tenant) : CompletableFuture.completedStage(goesOn);
        ChannelKey place = Places.rule(tenant, rule.id());
        return from.thenCompose(
                        begin -> write(place, new Change.Put(Rules.write(rule, begin)), new Precondition.None()))
                .thenApply(stored -> known == null ? Stored.CREATED : Stored.REPLACED);
    }

    /** Deletes a rule, which ends its alerts; false when there is none. Fails with {@link LogUnavailable}. */
    public CompletionStage<Boolean> delete(String tenant, String id) {
        return write(Places.rule(tenant, id), new Change.Delete(), new Precondition.Exists());
    }

    /** The stage completes, with whether it was written, when it holds here. */
    private CompletionStage<Boolean> write(ChannelKey place, Change change, Precondition precondition) {
        Submission write = new Submission.Write(place, change, precondition, null, null);
        return submitter.submit(List.of(write)).thenCompose(outcomes -> switch (outcomes.getFirst()) {
            case Outcome.Conflict conflict -> CompletableFuture.completedStage(false);
            case Outcome.Changed changed -> known(place).thenApply(known -> true);
            case Outcome.Unchanged unchanged -> CompletableFuture.completedStage(true);
            case Outcome.TooLarge(String reason) ->
                CompletableFuture.failedStage(new Invalid(Invalid.What.MESSAGE, "the rule is too long: " + reason));
            case Outcome.Unavailable(String reason) -> CompletableFuture.failedStage(new LogUnavailable(reason));
            default -> throw new IllegalStateException("it is the service's own: " + outcomes.getFirst());
        });
    }

    /** Completes when it has been read what is there now; stored is stored, if that takes longer than somebody wants to wait. */
    private CompletionStage<Void> known(ChannelKey place) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        inbox.note(place);
        waiters.add(mine);
        wake();
        return mine.completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Somebody has taken note of an alert. Null when no such alert is raised; one that has been acknowledged stays so, by whom
     * it was. Fails with {@link LogUnavailable}.
     */
    public CompletionStage<@Nullable RaisedAlert> acknowledge(String tenant, String rule, Channel channel, String by) {
        AlertKey key = new AlertKey(tenant, rule, channel);
        CompletableFuture<@Nullable RaisedAlert> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    answer.complete(acknowledge(key, by));
                } catch (RuntimeException e) {
                    inbox.lose();
                    answer.completeExceptionally(new LogUnavailable("the log could not be read or written"));
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LogUnavailable("the service is shutting down"));
        }
        return answer;
    }

    private @Nullable RaisedAlert acknowledge(AlertKey key, String by) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            keeper.refresh(List.of(Places.state(key)));
            Alert alert = board.get(key);
            AlertRule rule = book.rule(key);
            if (alert == null || rule == null || alert.state().phase() != Phase.RAISED) {
                return null;
            }
            AlertState before = alert.state();
            if (!before.acknowledged()) {
                board.change(alert, Course.acknowledge(rule, key, before, by, clock.millis()));
                keeper.flush();
            }
            if (board.isChanged(alert)) {
                board.adopt(alert, before);
            } else if (alert.state().acknowledged()) {
                wake();
                return view(rule, key, alert.state());
            }
        }
        throw new IllegalStateException("it could not be stored");
    }

    /** What a rule would have told of what the channels retain. */
    public CompletionStage<DryRun.Findings> test(String tenant, AlertRule rule) {
        return dryRun.run(tenant, rule);
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                thread.execute(this::turn);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed meanwhile");
            }
        }
    }

    private void turn() {
        woken.set(false);
        try {
            if (clock.millis() >= retryAt) {
                takeTurn();
            }
        } finally {
            rest();
        }
    }

    /** Has the next turn come by itself when it is time. */
    private void rest() {
        boolean idle = loaded && book.size() == 0 && board.size() == 0 && clock.millis() >= retryAt;
        if (next != null) {
            next.cancel(false);
        }
        try {
            next = thread.schedule(this::turn, idle ? IDLE_MS : TICK_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile");
        }
    }

    private void takeTurn() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (CompletableFuture<Void> next = waiters.poll(); next != null; next = waiters.poll()) {
            waiting.add(next);
        }
        try {
            work();
        } catch (RuntimeException e) {
            LOG.debugf(e, "alerts could not be looked after");
            inbox.lose();
            retryAt = clock.millis() + RETRY_MS;
        }
        waiting.forEach(each -> each.complete(null));
    }

    private void work() {
        if (!loaded) {
            rules.load();
            loaded = true;
        }
        List<Long> heard = mark.heard();
        learn();
        boolean all = evaluate();
        evaluator.pass();
        keeper.flush();
        teller.tell();
        hooks.run();
        long now = clock.millis();
        if (keeper.flush() && all) {
            mark.reach(heard, now);
        }
        if (now >= tidyAt) {
            tidyAt = now + TIDY_MS;
            mark.keep(now);
            keeper.prune();
        }
        if (!inbox.isEmpty()) {
            wake();
        }
    }

    private void learn() {
        List<ChannelKey> states = new ArrayList<>();
        for (ChannelKey place : inbox.takeWritten()) {
            if (place.equals(Places.MARK)) {
                mark.read();
            } else if (Places.isRule(place)) {
                rules.learn(place);
            } else {
                states.add(place);
            }
        }
        keeper.refresh(states);
    }

    /** True when all has been evaluated that was heard before. */
    private boolean evaluate() {
        List<Event> events = inbox.take(AT_ONCE);
        if (inbox.takeLost()) {
            rules.load();
        }
        if (!events.isEmpty()) {
            long begun = System.nanoTime();
            events.forEach(evaluator::hear);
            observer.evaluated(events.size(), System.nanoTime() - begun);
        }
        return events.size() < AT_ONCE;
    }

    /** Evaluates no more: what comes is left to the other instances, and to the next start. */
    @Override
    public void close() {
        thread.shutdownNow();
        hooks.close();
    }
}
