package dev.tidings.device.group;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.State;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who is in which group: kept in the log, so that it outlives the service and is the same on all instances. */
public final class Groups {
    /** How many groups a tenant has at most. */
    public static final int MOST_GROUPS = 1000;

    private static final ChannelPattern ALL = new ChannelPattern(Group.NAMESPACE + ":*");

    private final EventLog log;
    private final Function<Submission, CompletionStage<Outcome>> intake;

    /** @param intake {@code Intake::submit} */
    public Groups(EventLog log, Function<Submission, CompletionStage<Outcome>> intake) {
        this.log = log;
        this.intake = intake;
    }

    /** What became of a group that was to be written. */
    public enum Written {
        DONE,
        /** The tenant has as many as it may have. */
        TOO_MANY,
        /** All its members together are too long to be kept. */
        TOO_LARGE
    }

    /** The group whose changes are told there, if there is one. */
    public CompletionStage<Optional<Group>> read(ChannelKey channel) {
        ChannelKey written = Group.recordOf(channel);
        return log.read(written, Range.HEAD)
                .thenApply(slice -> Optional.ofNullable(slice.head().state())
                        .map(state -> Group.read(written, state.data().tree())));
    }

    /** The same, where there is only so much time: then it fails as when the log cannot be reached. */
    public CompletionStage<Optional<Group>> read(ChannelKey channel, Duration patience) {
        return read(channel)
                .toCompletableFuture()
                .copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        failure instanceof TimeoutException
                                ? new LogUnavailable("the log did not answer in time; nothing was done")
                                : failure));
    }

    /**
     * Some of a tenant's groups.
     *
     * @param next to be given as {@code after} for those that follow; null when there are none
     */
    public record Page(List<Group> groups, @Nullable String next) {}

    /**
     * Lists a tenant's groups in the order of their ids.
     *
     * @param after only ids after this one; empty for the first
     * @param limit at most so many
     */
    public CompletionStage<Page> list(String tenant, String after, int limit) {
        String from = after.isEmpty() ? "" : Group.NAMESPACE + ':' + after;
        return log.channels(Group.hidden(tenant), ALL, from, limit).thenApply(listings -> {
            List<Group> groups = new ArrayList<>();
            for (EventLog.Listing listing : listings) {
                State state = listing.head().state();
                // One that is gone is listed for as long as it is remembered that it has gone.
                if (state != null) {
                    groups.add(Group.read(listing.key(), state.data().tree()));
                }
            }
            String next = listings.size() < limit
                    ? null
                    : listings.getLast().key().channel().id();
            return new Page(groups, next);
        });
    }

    /** Makes a group, or another one of the same id. */
    public CompletionStage<Written> write(Group group) {
        return list(group.channel().tenant(), "", 2 * MOST_GROUPS).thenCompose(page -> {
            boolean known = page.groups().stream().anyMatch(each -> each.id().equals(group.id()));
            return !known && page.groups().size() >= MOST_GROUPS
                    ? CompletableFuture.completedStage(Written.TOO_MANY)
                    : submit(group.channel(), new Change.Put(group.write()));
        });
    }

    /** A group is no more. What was told in its channel stays there. */
    public CompletionStage<Written> delete(ChannelKey channel) {
        return submit(channel, new Change.Delete());
    }

    private CompletionStage<Written> submit(ChannelKey channel, Change change) {
        return intake.apply(new Submission.Write(Group.recordOf(channel), change, new Precondition.None(), null, null))
                .thenApply(outcome -> switch (outcome) {
                    case Outcome.Changed changed -> Written.DONE;
                    case Outcome.Unchanged unchanged -> Written.DONE;
                    case Outcome.Published published -> Written.DONE;
                    case Outcome.TooLarge tooLarge -> Written.TOO_LARGE;
                    case Outcome.Unavailable(String reason) -> throw new LogUnavailable(reason);
                    case Outcome.Conflict conflict -> throw new IllegalStateException("nothing was expected");
                    case Outcome.Forbidden forbidden -> throw new IllegalStateException("it is the service's own");
                    case Outcome.Inadmissible inadmissible ->
                        throw new IllegalStateException("it is the service's own");
                });
    }

    /** Which members there are not, or have no state; all of them are looked for at once. */
    public CompletionStage<List<String>> missing(Group group) {
        Map<String, CompletableFuture<Boolean>> found = new LinkedHashMap<>();
        for (String member : group.members()) {
            found.put(
                    member,
                    log.read(group.device(member), Range.HEAD)
                            .thenApply(slice -> slice.head().state() != null)
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(found.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> found.entrySet().stream()
                        .filter(each -> !each.getValue().resultNow())
                        .map(Map.Entry::getKey)
                        .toList());
    }
}
