package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Orders events and keeps them: the only place where an event gets its offset, and the only source of what is delivered.
 *
 * <p>A log has one or more shards, and every channel lives in one of them. Within a shard every event has a sequence
 * number, within its channel an offset, both without holes. A channel that has never been used has offset 0 and already
 * the epoch that its first event will have.
 *
 * <p>When the log cannot be reached, the stages returned complete with {@link LogUnavailable}, at once or within two
 * seconds.
 */
public interface EventLog extends AutoCloseable {
    /** The number of shards, 1 or more; fixed for the life of a log. */
    int shards();

    /** The shard a channel lives in, from 0. The same on every instance and after every restart. */
    int shardOf(ChannelKey key);

    /**
     * Stores a batch in its order: one round trip, atomic for each shard. The answers are in the order of the drafts.
     * Once the stage completes, what it calls stored survives the loss of this instance (and of the power where the log
     * is durable). A draft that conflicts stores nothing and does not disturb the others.
     */
    CompletionStage<List<Appended>> append(List<Draft> drafts);

    /** Reads a channel: what it retains of the range, and where it stands. */
    CompletionStage<Slice> read(ChannelKey key, Range range);

    /**
     * Reads the retained events of all channels of a tenant that match a pattern, in the order of their shards. Events
     * after the returned cursor are those a follower will hear of that are not in the answer.
     */
    CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since);

    /**
     * Lists a tenant's channels that hold events or a state, in the order of their names.
     *
     * @param pattern which ones; null for all
     * @param after only names greater than this; empty for the first
     * @param limit at most so many, 1 or more
     */
    CompletionStage<List<Listing>> channels(String tenant, @Nullable ChannelPattern pattern, String after, int limit);

    /** How far durable subscriptions have come in this log; to be asked for once. */
    DurablePositions positions(DurablePositions.Settings settings);

    /** The tenants that have channels; perhaps some that had. */
    CompletionStage<Set<String>> tenants();

    /** Tells the follower every event appended from now on, by whatever instance. Never ends. */
    void follow(Follower follower);

    @Override
    void close();

    /** A channel that exists, and where it stands. */
    record Listing(ChannelKey key, Head head) {}

    /** Hears what is appended. See the package for its thread. */
    interface Follower {
        /** New events of one shard, in order; never empty. */
        void appended(int shard, List<Event> events);

        /**
         * Events of this shard may have been appended that this follower was not told of and will not be: whoever needs
         * them has to read.
         */
        void lost(int shard);
    }
}
