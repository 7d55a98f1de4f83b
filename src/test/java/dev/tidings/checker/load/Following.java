package dev.tidings.checker.load;

/** Somebody who follows channels until the round ends. */
public interface Following {
    /** Begins. */
    void start();

    /** From now on it stays and reads, and does nothing but come back. */
    void calmDown();

    /** Whether all that it wants has been confirmed at least once. */
    boolean isSubscribed();

    /** Whether this event has come since it calmed down. */
    boolean hasHeard(String id);

    /** Whether it wants what happens in the channel. */
    boolean follows(String tenant, String channel);

    /** Its name in the history. */
    String name();
}
