package dev.tidings.intake;

import dev.tidings.event.ChannelKey;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Range;
import dev.tidings.log.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The single writer of one shard: turns a batch of submissions into drafts and puts them into the log.
 *
 * <p>A state write is computed against the state as this writer knows it and stored by compare-and-set. When another
 * instance was quicker, the log's answer brings the state as it is and the write is computed again.
 *
 * <p>Used by one thread at a time: the one that carries the batch.
 */
final class ShardWriter {
    private static final int MAX_ATTEMPTS = 50;
    private static final Outcome FULL =
            new Outcome.Unavailable("the memory of the log, tidings.log.memory, is taken by states and channels");

    private final EventLog log;
    private final Drafting drafting;
    private final HeadCache heads = new HeadCache(10_000);

    ShardWriter(EventLog log, Drafting drafting) {
        this.log = log;
        this.drafting = drafting;
    }

    /** Settles every submission of the batch; the stage completes, never exceptionally, when it has. */
    CompletionStage<Void> write(List<Pending> batch) {
        return attempt(batch, Set.of(), 1).exceptionally(failure -> {
            // Whether the log took the batch is uncertain now, and so is where its channels stand.
            heads.clear();
            Outcome unavailable = new Outcome.Unavailable(reason(failure));
            batch.forEach(pending -> pending.settle(unavailable));
            return null;
        });
    }

    /** @param fresh the channels whose heads have just come from the log */
    private CompletionStage<Void> attempt(List<Pending> batch, Set<ChannelKey> fresh, int attempt) {
        return learnHeads(batch).thenCompose(learned -> {
            learned.addAll(fresh);
            Plan plan = new Plan(heads, learned, drafting);
            batch.forEach(plan::add);
            return append(plan, attempt);
        });
    }

    private CompletionStage<Void> append(Plan plan, int attempt) {
        if (plan.isEmpty()) {
            return again(plan.unsure(), Set.of(), attempt);
        }
        return log.append(plan.drafts()).thenCompose(answers -> {
            List<Pending> retries = new ArrayList<>();
            Set<ChannelKey> fresh = new HashSet<>();
            for (int i = 0; i < answers.size(); i++) {
                Plan.Step step = plan.step(i);
                switch (answers.get(i)) {
                    case Appended.Stored stored -> settle(step, stored);
                    case Appended.Conflict conflict
                    when step.otherwise() != null -> step.pending().settle(step.otherwise());
                    case Appended.Conflict(Head head) -> {
                        heads.put(step.draft().key(), head);
                        fresh.add(step.draft().key());
                        retries.add(step.pending());
                    }
                    case Appended.Full full -> step.pending().settle(FULL);
                }
            }
            retries.addAll(plan.unsure());
            return again(retries, fresh, attempt);
        });
    }

    private void settle(Plan.Step step, Appended.Stored stored) {
        if (step.write() == null) {
            step.pending().settle(new Outcome.Published(stored));
        } else if (stored.duplicate()) {
            heads.forget(step.draft().key());
            step.pending().settle(new Outcome.Published(stored));
        } else {
            heads.put(step.draft().key(), step.headAfter(stored));
            step.pending()
                    .settle(new Outcome.Changed(
                            stored, step.write().patch(), step.write().previous()));
        }
    }

    private CompletionStage<Void> again(List<Pending> retries, Set<ChannelKey> fresh, int attempt) {
        if (retries.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        if (attempt == MAX_ATTEMPTS) {
            Outcome contended = new Outcome.Unavailable("too many others are writing the same state");
            retries.forEach(pending -> pending.settle(contended));
            return CompletableFuture.completedStage(null);
        }
        return attempt(retries, fresh, attempt + 1);
    }

    /** Reads where the channels stand whose state is to be written and not known here; answers which it read. */
    private CompletionStage<Set<ChannelKey>> learnHeads(List<Pending> batch) {
        Map<ChannelKey, CompletableFuture<Slice>> reads = new LinkedHashMap<>();
        for (Pending pending : batch) {
            ChannelKey key = pending.submission().key();
            if (pending.submission() instanceof Submission.Write && heads.get(key) == null) {
                reads.computeIfAbsent(
                        key, unknown -> log.read(unknown, Range.HEAD).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(reads.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    reads.forEach((key, read) -> heads.put(key, read.resultNow().head()));
                    return new HashSet<>(reads.keySet());
                });
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof LogUnavailable)) {
            cause = cause.getCause();
        }
        return cause instanceof LogUnavailable && cause.getMessage() != null
                ? cause.getMessage()
                : "the log failed: " + cause;
    }
}
