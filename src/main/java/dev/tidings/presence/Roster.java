package dev.tidings.presence;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Knows which connections are present where, over all instances that share it. Safe on any thread.
 *
 * <p>Every channel belongs to a shard. The changes in a shard are told in one order, by growing sequence numbers; two
 * changes of one connection in one channel come in the order in which they were made.
 *
 * <p>When the roster cannot be reached, the stages returned complete with {@link dev.tidings.log.LogUnavailable}, at once
 * or within two seconds.
 */
public interface Roster extends AutoCloseable {
    /** The shard a channel belongs to. */
    int shardOf(ChannelKey key);

    /**
     * Makes a connection present, until {@link #leave}, or until this instance has not been heard of for some seconds. Does
     * nothing when it is present already. If the stage fails, the connection is not present, as if it had left.
     */
    CompletionStage<Void> join(ChannelKey key, Presence presence);

    /** Ends a connection's presence: at once, or as soon as the roster can be reached. */
    void leave(ChannelKey key, String connection);

    /**
     * Reads who is present.
     *
     * @param after only connections whose ids are greater than this; empty for the first
     * @param limit at most so many, 0 to {@link Page#MAX_LIMIT}; 0 when only their number is wanted
     */
    CompletionStage<Page> read(ChannelKey key, String after, int limit);

    /** Tells the follower every change from now on, on whatever instance it was made. Never ends. */
    void follow(Follower follower);

    @Override
    void close();

    /** Hears who comes and goes. Called by one thread at a time for each shard; must be quick and not wait. */
    interface Follower {
        /**
         * New changes of one shard, in order.
         *
         * @param reached nothing up to this sequence number remains to be told; that of the last change or, where those after
         *     it are nobody's news here, a greater one
         * @param changes none when there was nothing else
         */
        void changed(int shard, long reached, List<Change> changes);

        /**
         * There may have been changes in this shard that this follower was not told of and will not be: whoever needs them
         * has to read.
         *
         * @param reached what is told from now on has greater sequence numbers
         * @param returning true when those who are missing now may only not have been announced again yet
         */
        void lost(int shard, long reached, boolean returning);
    }
}
