package dev.tidings.log.redis;

/**
 * How a shard looks from this instance.
 *
 * @param epoch of its numbering; empty before first contact
 * @param sequence the newest sequence number that Redis has told of
 * @param told the sequence number that the followers have been told up to
 * @param contact when Redis last answered for this shard, in ms since the Unix epoch; 0 if it never did
 */
public record ShardStatus(String epoch, long sequence, long told, long contact) {
    /** How many events the followers have not been told of yet; 0 before first contact. */
    public long lag() {
        return told == 0 ? 0 : Math.max(0, sequence - told);
    }
}
