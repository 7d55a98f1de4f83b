package dev.tidings.source.poll;

import dev.tidings.event.Channel;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gives submissions to the intake, waits, and tells what may be tried again from what will never be let in. */
final class Delivery {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Submitter submitter;

    Delivery(Submitter submitter) {
        this.submitter = submitter;
    }

    /**
     * What became of it.
     *
     * @param failure why not all of it was stored, when it may be tried again; else null
     * @param refused by channel: why its state, as it is, will never be let in
     * @param notAdmitted why an event was not let in, if one was not; the state says what there is
     */
    record Result(
            @Nullable String failure,
            Map<Channel, String> refused,
            @Nullable String notAdmitted) {
        Result {
            refused = Map.copyOf(refused);
        }

        static Result failed(String reason) {
            return new Result(reason, Map.of(), null);
        }
    }

    Result submit(List<Submission> submissions) throws InterruptedException {
        if (Thread.interrupted()) {
            // Stopped: what the look found may be nothing but its being interrupted.
            throw new InterruptedException();
        }
        try {
            return sorted(
                    submissions,
                    submitter
                            .submit(submissions)
                            .toCompletableFuture()
                            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return Result.failed(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            return Result.failed("the log did not answer in time");
        }
    }

    private static Result sorted(List<Submission> submissions, List<Outcome> outcomes) {
        Map<Channel, String> refused = new HashMap<>();
        String notAdmitted = null;
        for (int i = 0; i < outcomes.size(); i++) {
            String again = mayBeTriedAgain(outcomes.get(i));
            if (again != null) {
                return Result.failed(again);
            }
            String never = isNeverLetIn(outcomes.get(i));
            if (never != null) {
                if (submissions.get(i) instanceof Submission.Write write) {
                    refused.put(write.key().channel(), never);
                } else {
                    notAdmitted = never;
                }
            }
        }
        return new Result(null, refused, notAdmitted);
    }

    private static @Nullable String mayBeTriedAgain(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Unavailable(String reason) -> reason;
            case Outcome.Conflict conflict -> "somebody else changed the state";
            default -> null;
        };
    }

    private static @Nullable String isNeverLetIn(Outcome outcome) {
        return switch (outcome) {
            case Outcome.TooLarge(String reason) -> reason;
            case Outcome.Forbidden(String reason) -> reason;
            case Outcome.Inadmissible(String reason, String at) -> reason;
            default -> null;
        };
    }
}
