package dev.tidings.mqtt;

/**
 * How a connection to a broker is doing.
 *
 * @param detail for people
 */
public record BrokerStatus(Phase phase, String detail) {
    /** Where it stands. */
    public enum Phase {
        /** Another instance is connected, or this one is about to stop. */
        RESTING,
        /** It should be connected, and is not. */
        DISCONNECTED,
        /** It is connected, and the broker lets it have only some of what it asked for. */
        PARTIAL,
        /** All is as it should be. */
        CONNECTED
    }

    /** Whether something that should be heard is not. */
    public boolean isDegraded() {
        return phase == Phase.DISCONNECTED || phase == Phase.PARTIAL;
    }

    /** Whether there is a connection. */
    public boolean isConnected() {
        return phase == Phase.CONNECTED || phase == Phase.PARTIAL;
    }
}
