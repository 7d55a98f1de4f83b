package dev.tidings.intake;

import java.util.concurrent.CompletableFuture;

/** A submission whose outcome somebody waits for. */
record Pending(Submission submission, long submittedNanos, CompletableFuture<Outcome> outcome) {
    void settle(Outcome result) {
        outcome.complete(result);
    }
}
