package dev.tidings.log.redis;

import io.vertx.redis.client.impl.types.ErrorType;

/** What an error means that came instead of an answer. */
public enum Refusal {
    /** The server does not know the script; nothing was done. */
    UNKNOWN_SCRIPT,
    /** The server as it is now does not take this, but stays of use for other things; nothing was done. */
    REFUSED,
    /** Nobody knows what was done; the connection is of no use, or leads to a server of no use. */
    BROKEN;

    public static Refusal of(Throwable failure) {
        if (!(failure instanceof ErrorType error)) {
            return BROKEN;
        }
        String message = error.getMessage() == null ? "" : error.getMessage();
        int end = message.indexOf(' ');
        return switch (end < 0 ? message : message.substring(0, end)) {
            case "NOSCRIPT" -> UNKNOWN_SCRIPT;
            // A replica now, still starting, in the middle of a failover, or busy: another attempt may find another
            // one.
            case "READONLY",
                    "LOADING",
                    "MASTERDOWN",
                    "CLUSTERDOWN",
                    "TRYAGAIN",
                    "MOVED",
                    "ASK",
                    "BUSY",
                    "UNBLOCKED",
                    "CONNECTION_CLOSED",
                    "ILLEGAL_STATE" -> BROKEN;
            // OOM, MISCONF, NOREPLICAS, and whatever else it says.
            default -> REFUSED;
        };
    }
}
