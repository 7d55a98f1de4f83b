package dev.tidings.log.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Waits for several answers. */
final class Stages {
    private Stages() {}

    /** All results in their order; fails when one fails, once all are there. */
    static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> stages.stream().map(CompletableFuture::join).toList());
    }
}
