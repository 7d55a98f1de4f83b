package dev.tidings.event;

import org.jspecify.annotations.Nullable;

/**
 * An event before it has its place.
 *
 * @param key the channel it is for
 * @param type what happened
 * @param id its id
 * @param idempotent true when the publisher chose the id: the same id again within five minutes is not stored again and
 *     gets the first answer
 * @param timestamp in ms since the Unix epoch
 * @param payload any JSON value
 * @param cause the id of what led to it, if anything did
 * @param state what it makes of the channel's state; null leaves the state alone
 */
public record Draft(
        ChannelKey key,
        String type,
        String id,
        boolean idempotent,
        long timestamp,
        Json payload,
        @Nullable String cause,
        @Nullable StateWrite state) {

    /**
     * A compare-and-set of the channel's state, atomic with the event.
     *
     * @param data the whole new state; null deletes it
     * @param change false when the state is so already: nothing is stored then, but the id, if it is idempotent, is
     *     remembered with the channel's newest place as its answer
     * @param expected where the state must have changed last for the write to hold: offset 0 when there must be none.
     *     Null means "as the draft for the same channel before this one in the same batch leaves it": if that one
     *     conflicts, so does this.
     */
    public record StateWrite(
            @Nullable Json data, boolean change, @Nullable Position expected) {}
}
