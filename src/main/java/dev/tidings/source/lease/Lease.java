package dev.tidings.source.lease;

/** The right of one instance to do what only one instance may do. */
public interface Lease extends AutoCloseable {
    /** Held for ever: for a log that only one instance uses. */
    Lease ALWAYS = new Lease() {
        @Override
        public long term() {
            return 1;
        }

        @Override
        public void close() {}
    };

    /** What {@link #term} answers when the lease is not held. */
    long NOT_HELD = 0;

    /**
     * Which time of holding it this is: the same number for as long as it is held without a break, another one after every
     * break, in which some other instance may have held it. Never waits.
     *
     * @return {@link #NOT_HELD} when it is not held now, or not long enough for what is submitted now to be stored while it
     *     is
     */
    long term();

    /** Gives it up, so that another instance need not wait for it to run out. Not held afterwards. */
    @Override
    void close();
}
