package dev.tidings.socketio;

import java.nio.charset.StandardCharsets;

/**
 * A packet of Engine.IO, version 4: a digit for its type, and text.
 *
 * @param data what follows the type; empty when nothing does
 */
record EnginePacket(Type type, String data) {
    /** Between the packets of a payload, by which several go into one body of HTTP. */
    static final char SEPARATOR = '\u001e';

    /** The type of a packet; each but the last is written as its number. */
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

    private static final Type[] TYPES = Type.values();
    private static final int NUMBERED = Type.BINARY.ordinal();

    /** @throws BadPacket when the text does not begin with a type */
    static EnginePacket parse(String text) throws BadPacket {
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        if (first == 'b') {
            return new EnginePacket(Type.BINARY, "");
        }
        int number = first - '0';
        if (number < 0 || number >= NUMBERED) {
            throw new BadPacket("an Engine.IO packet begins with its type, 0 to 6");
        }
        return new EnginePacket(TYPES[number], text.substring(1));
    }

    /** As it is sent, in UTF-8. */
    byte[] encode() {
        return ((char) ('0' + type.ordinal()) + data).getBytes(StandardCharsets.UTF_8);
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
