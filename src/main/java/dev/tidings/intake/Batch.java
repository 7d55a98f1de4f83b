package dev.tidings.intake;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Submissions for one shard on their way through the channel {@code intake}.
 *
 * @param done completes, never exceptionally, when all of them are settled
 */
record Batch(int shard, List<Pending> items, CompletableFuture<Void> done) {}
