package dev.tidings.protocol;

/** Why the server ends a connection: the status of a WebSocket close frame (RFC 6455, section 7.4). */
public enum CloseCode {
    NORMAL(1000, "bye"),
    MESSAGE_TOO_BIG(1009, "message too large"),
    SILENT(1001, "nothing was heard for two heartbeats"),
    SERVICE_RESTART(1012, "service restart: reconnect with since"),
    INVALID(4400, "not a valid envelope, three times within a minute"),
    UNAUTHENTICATED(4401, "not authenticated"),
    DISCONNECTED(4403, "disconnected by an operator"),
    SLOW_CONSUMER(4408, "slow consumer: reconnect with since"),
    TOO_MANY_CONNECTIONS(4409, "too many connections"),
    RATE_LIMITED(4429, "kept exceeding the rate limit");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /** What to tell people unless there is something more exact to say. */
    public String reason() {
        return reason;
    }
}
