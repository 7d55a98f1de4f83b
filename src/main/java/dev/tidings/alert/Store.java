package dev.tidings.alert;

import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.source.poll.Submitter;
import java.util.List;

/** Writes to the log through the intake, and waits for what became of it. */
final class Store {
    private final Submitter submitter;

    Store(Submitter submitter) {
        this.submitter = submitter;
    }

    /** In the order of the submissions. */
    List<Outcome> submit(List<? extends Submission> submissions) {
        return submissions.isEmpty()
                ? List.of()
                : submitter
                        .submit(List.<Submission>copyOf(submissions))
                        .toCompletableFuture()
                        .join();
    }

    Outcome submit(Submission submission) {
        return submit(List.of(submission)).getFirst();
    }
}
