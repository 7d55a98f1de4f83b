package dev.tidings.log;

import dev.tidings.event.Position;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How far subjects have acknowledged what durable subscriptions brought them; kept beside the events, as safely as those.
 *
 * <p>A position is forgotten when nobody has begun or acknowledged anything under its name for as long as the {@link
 * Settings} say. As with the {@link EventLog}, no method waits, and when the log cannot be reached the stages complete with
 * {@link LogUnavailable}.
 */
public interface DurablePositions {
    /**
     * What holds for all positions.
     *
     * @param keepMs how long a position is kept that nobody comes back to
     * @param perSubject how many a subject may have in all channels together
     */
    record Settings(long keepMs, int perSubject) {}

    /** The position kept under a name; empty when there is none, or it has been forgotten. */
    CompletionStage<Optional<Position>> find(DurableName name);

    /**
     * Keeps a position under a name, unless there is one already.
     *
     * @return the one that is kept now; empty when the subject has as many as it may, and then nothing is kept. Two that
     *     begin at the same moment on different instances may make one too many
     */
    CompletionStage<Optional<Position>> begin(DurableName name, Position start);

    /**
     * Moves positions forward, and keeps them for as long again as they may be kept. One that is behind what is kept changes
     * nothing else, and so does one of a numbering that the channel does not have any more when the one kept is of another.
     * Doing it again changes nothing.
     *
     * @return completes when all of it is stored as events are
     */
    CompletionStage<Void> acknowledge(Map<DurableName, Position> positions);

    /**
     * The position to be kept.
     *
     * @param kept the one so far
     * @param acknowledged the new one
     * @param epoch the channel's epoch now
     */
    static Position forward(Position kept, Position acknowledged, String epoch) {
        if (kept.sameEpoch(acknowledged)) {
            return acknowledged.offset() > kept.offset() ? acknowledged : kept;
        }
        return acknowledged.epoch().equals(epoch) ? acknowledged : kept;
    }
}
