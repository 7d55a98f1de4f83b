package dev.tidings.intake;

import java.util.concurrent.CompletableFuture;

/** Hears what becomes of submissions. Called on a thread of the log's; must be quick and not wait. */
public interface IntakeObserver {
    /**
     * The log has answered.
     *
     * @param outcome what it said, unless that is still to be worked out
     * @param nanos how long it took, from the submission
     */
    void settled(Submission submission, CompletableFuture<Outcome> outcome, long nanos);
}
