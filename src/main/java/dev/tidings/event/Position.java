package dev.tidings.event;

/**
 * A place in a channel's stream. An offset means something only within its epoch: were a client that has seen offset 40
 * of a lost log to resume in the log that replaced it, it would silently miss the new offsets 1 to 40.
 *
 * @param epoch opaque; changes when the channel's numbering restarts
 * @param offset the offset of the newest event already seen; 0 before the first
 */
public record Position(String epoch, long offset) {
    /** @throws Invalid when the offset is negative or the epoch empty */
    public Position {
        if (offset < 0 || epoch.isEmpty()) {
            throw new Invalid(Invalid.What.MESSAGE, "not a position: an epoch is not empty, an offset is 0 or more");
        }
    }

    public boolean sameEpoch(Position other) {
        return epoch.equals(other.epoch);
    }

    @Override
    public String toString() {
        return epoch + ':' + offset;
    }
}
