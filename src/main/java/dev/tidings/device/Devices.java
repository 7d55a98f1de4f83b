package dev.tidings.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.State;
import dev.tidings.intake.IntakeSettings;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Range;
import dev.tidings.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes devices: checks, has the device do it, and then writes what it did. So a change that is not allowed moves nothing,
 * and one that the device has not done changes no state. Safe on any thread; never waits.
 *
 * <p>With one device an instance does one thing after the other; devices do not delay each other. Between instances the state
 * may come out in another order than the device was driven in; what its driver reports next sets that right.
 */
public final class Devices {
    private static final Logger LOG = Logger.getLogger(Devices.class);

    /** How many changes an instance has under way. */
    private static final int MOST_UNDER_WAY = 10_000;

    private final EventLog log;
    private final Function<Submission, CompletionStage<Outcome>> intake;
    private final IntakeSettings settings;
    private final DeviceTypes types;
    private final Drivers drivers;
    private final Turns turns;
    private final Repeats repeats;
    private final AtomicInteger underWay = new AtomicInteger();

    /** @param intake {@code Intake::submit} */
    public Devices(
            EventLog log,
            Function<Submission, CompletionStage<Outcome>> intake,
            IntakeSettings settings,
            DeviceTypes types,
            Drivers drivers) {
        this.log = log;
        this.intake = intake;
        this.settings = settings;
        this.types = types;
        this.drivers = drivers;
        this.turns = new Turns();
        this.repeats = new Repeats(log, intake);
    }

    /**
     * Where a driver reports.
     *
     * @param tenant whose devices it has
     * @param devices their channels
     * @param type of its devices; null where they say it themselves
     * @param source who tells that a device does not answer
     */
    public Reports reports(String tenant, List<ChannelPattern> devices, @Nullable String type, String source) {
        return new DriverReports(tenant, List.copyOf(devices), type, source, log, intake, turns);
    }

    /** How many changes are under way. */
    public int underWay() {
        return underWay.get();
    }

    /** Changes a device. Never fails: what goes wrong is an outcome, and comes when the control's patience is over at last. */
    public CompletionStage<Controlled> change(Control control) {
        CompletableFuture<Controlled> outcome = new CompletableFuture<>();
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            return CompletableFuture.completedStage(
                    failed(ErrorCode.UNAVAILABLE, "too many devices are being changed"));
        }
        long deadline = System.nanoTime() + control.patience().toNanos();
        Attempt attempt = new Attempt();
        boolean taken = turns.take(control.device(), () -> turn(control, deadline, attempt, outcome));
        if (!taken) {
            outcome.complete(failed(
                    ErrorCode.UNAVAILABLE,
                    "the device is busy: " + Turns.MOST_WAITING + " changes wait for it already"));
        }
        return outcome.orTimeout(control.patience().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(tooLong -> attempt.timeOut())
                .whenComplete((done, failure) -> underWay.decrementAndGet());
    }

    private CompletionStage<Void> turn(
            Control control, long deadline, Attempt attempt, CompletableFuture<Controlled> outcome) {
        if (System.nanoTime() - deadline >= 0 || !attempt.begin()) {
            // Its time was over before its turn came: nothing has moved.
            outcome.complete(attempt.timeOut());
            return CompletableFuture.completedStage(null);
        }
        return carryOut(control, deadline, attempt)
                .exceptionally(failure -> failed(control, attempt, failure))
                .thenAccept(outcome::complete);
    }

    private CompletionStage<Controlled> carryOut(Control control, long deadline, Attempt attempt) {
        return repeats.of(control)
                .thenCompose(before -> before == null
                        ? checkAndDrive(control, deadline, attempt)
                        : CompletableFuture.completedStage(before));
    }

    private CompletionStage<Controlled> checkAndDrive(Control control, long deadline, Attempt attempt) {
        return log.read(control.device(), Range.HEAD).thenCompose(slice -> {
            State state = slice.head().state();
            if (state == null || !(state.data().tree() instanceof ObjectNode present)) {
                return CompletableFuture.completedStage(new Controlled.Missing());
            }
            Violation violation = types.check(present, control.change());
            if (violation != null) {
                return CompletableFuture.completedStage(new Controlled.Inadmissible(violation));
            }
            Outcome refusal = settings.refusal(
                    write(control, control.change()), Json.of(MergePatch.apply(present, control.change())));
            if (refusal != null) {
                return CompletableFuture.completedStage(outcome(control, present, refusal));
            }
            if (!attempt.ask()) {
                // Its caller has been told that nothing was done.
                return CompletableFuture.completedStage(attempt.timeOut());
            }
            return drive(control, present, deadline).thenCompose(driven -> switch (driven) {
                case Driven.Done(ObjectNode report) -> {
                    attempt.done();
                    yield write(control, present, report);
                }
                case Driven.Declined(String reason) ->
                    CompletableFuture.completedStage(
                            new Controlled.Inadmissible(new Violation("", "the device declined: " + reason)));
                case Driven.Unreachable(String reason) ->
                    CompletableFuture.completedStage(
                            failed(ErrorCode.UNAVAILABLE, "the device " + reason + "; its state is as it was"));
            });
        });
    }

    private CompletionStage<Driven> drive(Control control, ObjectNode present, long deadline) {
        DeviceDriver driver = drivers.of(control.device());
        if (driver == null) {
            return CompletableFuture.completedStage(new Driven.Done(control.change()));
        }
        Duration patience = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
        CompletableFuture<Driven> driven = driver.drive(new DeviceDriver.Order(
                        control.eventId(), control.device(), control.change(), present, patience))
                .toCompletableFuture();
        return driven.copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> driven.cancel(true));
    }

    private CompletionStage<Controlled> write(Control control, ObjectNode present, ObjectNode report) {
        return intake.apply(write(control, DriverReports.withoutType(report)))
                .thenCompose(outcome -> outcome instanceof Outcome.Published(var known) && control.mayComeAgain()
                        // Another instance has done it meanwhile.
                        ? repeats.first(control, known.position())
                        : CompletableFuture.completedStage(outcome(control, present, outcome)));
    }

    private static Submission.Write write(Control control, ObjectNode patch) {
        return new Submission.Write(
                control.device(),
                new Change.Patch(patch),
                new Precondition.Exists(),
                control.eventId(),
                control.cause(),
                control.publisher());
    }

    private static Controlled outcome(Control control, ObjectNode present, Outcome outcome) {
        String device = control.device().channel().id();
        String type = DeviceTypes.nameIn(present);
        return switch (outcome) {
            case Outcome.Changed(var stored, Json patch, Json previous) ->
                new Controlled.Done(device, type, previous, patch, true);
            case Outcome.Unchanged(Head head) ->
                new Controlled.Done(device, type, Controlled.NOTHING, Controlled.NOTHING, false);
            // The same control again: it is done already.
            case Outcome.Published(var stored) ->
                new Controlled.Done(device, type, Controlled.NOTHING, Controlled.NOTHING, false);
            case Outcome.Conflict(Head head) -> new Controlled.Missing();
            case Outcome.TooLarge(String reason) -> failed(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Forbidden(String reason) -> failed(ErrorCode.FORBIDDEN, reason);
            case Outcome.Inadmissible(String reason, String at) ->
                new Controlled.Inadmissible(new Violation(at, reason));
            case Outcome.Unavailable(String reason) -> failed(ErrorCode.UNAVAILABLE, reason);
        };
    }

    private static Controlled failed(Control control, Attempt attempt, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof CancellationException) {
            return attempt.timeOut();
        }
        if (cause instanceof Invalid) {
            return failed(ErrorCode.INVALID_MESSAGE, String.valueOf(cause.getMessage()));
        }
        if (cause instanceof LogUnavailable) {
            return failed(ErrorCode.UNAVAILABLE, String.valueOf(cause.getMessage()));
        }
        LOG.errorf(cause, "%s could not be changed", control.device());
        return failed(ErrorCode.INTERNAL, "the device's driver failed; whether the device moved is not known");
    }

    private static Controlled failed(ErrorCode code, String reason) {
        return new Controlled.Failed(code, reason);
    }
}
