package dev.tidings.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.tidings.event.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes events as the {@code message} that subscribers get. */
public final class EventFrames {
    private static final byte[] HEAD = ascii("{\"type\":\"message\",\"channel\":\"");
    private static final byte[] EVENT = ascii("\",\"event\":\"");
    private static final byte[] ID = ascii("\",\"id\":\"");
    private static final byte[] OFFSET = ascii("\",\"offset\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] CAUSE = ascii(",\"cause\":\"");
    private static final byte[] CONFLATED = ascii(",\"conflated\":");
    private static final byte[] PAYLOAD = ascii(",\"payload\":");

    private EventFrames() {}

    /** The event as JSON. Its payload goes through as it came. */
    public static byte[] encode(Event event) {
        return encode(event, 0);
    }

    /** @param conflated how many events this one stands for besides itself */
    public static byte[] encode(Event event, int conflated) {
        byte[] payload = event.payload().utf8();
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 192);
        out.writeBytes(HEAD);
        // Channels and types consist of characters that need no escaping.
        out.writeBytes(ascii(event.channel().name()));
        out.writeBytes(EVENT);
        out.writeBytes(ascii(event.type()));
        out.writeBytes(ID);
        out.writeBytes(escaped(event.id()));
        out.writeBytes(OFFSET);
        out.writeBytes(ascii(Long.toString(event.offset())));
        out.writeBytes(TIMESTAMP);
        out.writeBytes(ascii(Long.toString(event.timestamp())));
        if (event.cause() != null) {
            out.writeBytes(CAUSE);
            out.writeBytes(escaped(event.cause()));
            out.write('"');
        }
        if (conflated > 0) {
            out.writeBytes(CONFLATED);
            out.writeBytes(ascii(Integer.toString(conflated)));
        }
        out.writeBytes(PAYLOAD);
        out.writeBytes(payload);
        out.write('}');
        return out.toByteArray();
    }

    private static byte[] escaped(String text) {
        return JsonStringEncoder.getInstance().quoteAsUTF8(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
