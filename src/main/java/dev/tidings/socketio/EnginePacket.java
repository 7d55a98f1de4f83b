package dev.tidings.socketio;

/**
 * A packet of Engine.IO, version 4: a digit for its type, and text.
 *
 * @param data what follows the type; empty when nothing does
 */
record EnginePacket(Type type, String data) {
    /** Between the packets of a payload, by which several go into one body of HTTP. */
    static final char SEPARATOR = '\u001e';

    /** The type of a packet; on the wire a digit, from 0 for the first. */
    enum Type {
        OPEN,
        CLOSE,
        PING,
        PONG,
        MESSAGE,
        UPGRADE,
        NOOP,
        /** A message of bytes: {@code b} and base64 in payloads, a binary frame of a WebSocket. */
        BINARY
    }

    /** @throws BadPacket when the text does not begin with a type */
    static EnginePacket parse(String text) throws BadPacket {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        Type type = switch (first) {
            case '0' -> Type.OPEN;
            case '1' -> Type.CLOSE;
            case '2' -> Type.PING;
            case '3' -> Type.PONG;
            case '4' -> Type.MESSAGE;
            case '5' -> Type.UPGRADE;
            case '6' -> Type.NOOP;
            case 'b' -> Type.BINARY;
            default -> throw new BadPacket("an Engine.IO packet begins with its type, 0 to 6");
        };
        return new EnginePacket(type, text.substring(1));
    }

    /** Takes the packets of a payload, one after the other, while somebody wants them. */
    interface Taker {
        /** Takes the text of a packet; false when no more are wanted. */
        boolean take(String text);
    }

    /** Cuts a payload into packets. Lazily: what a client may have sent a million of is looked at one by one. */
    static void cut(String payload, Taker taker) {
        int from = 0;
        boolean more = true;
        while (more && from <= payload.length()) {
            int end = payload.indexOf(SEPARATOR, from);
            int to = end < 0 ? payload.length() : end;
            more = taker.take(payload.substring(from, to)) && end >= 0;
            from = to + 1;
        }
    }
}
