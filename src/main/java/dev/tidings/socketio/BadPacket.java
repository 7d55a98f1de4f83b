package dev.tidings.socketio;

/** What came is no packet of the protocol. */
final class BadPacket extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message for the client: what was wrong and what is allowed */
    BadPacket(String message) {
        super(message, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
