package dev.tidings.connection;

/** An open connection, whatever its transport, as those see it who look after all of them. Used on its loop only. */
public interface LiveConnection {
    /** How long before a token ends its client is told. */
    long EXPIRY_NOTICE_MS = 60_000;

    /** Looks after heartbeats, expiry and deadlines; called several times a second. */
    void tick(long nowNanos, long nowMillis);

    /** Asks the client to connect anew after so many ms, and ends the connection then. */
    void leaveIn(long ms);
}
