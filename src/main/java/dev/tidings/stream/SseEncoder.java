package dev.tidings.stream;

import dev.tidings.event.Position;
import dev.tidings.protocol.Frames;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes Server-Sent Events (HTML Living Standard, section 9.2). Remembers the last result, for the same events usually go to
 * many streams in a row. Used on one loop's thread only.
 */
final class SseEncoder {
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte LF = '\n';

    private @Nullable Frames last;
    private Buffer lastEncoded = Buffer.buffer();

    /** Events of a channel, each with its place as id. The buffer is shared: not to be changed. */
    Buffer events(Frames frames) {
        if (!frames.equals(last)) {
            Buffer out = Buffer.buffer(frames.bytes() + 64 * frames.messages().size());
            for (int i = 0; i < frames.messages().size(); i++) {
                appendId(frames.events().get(i).position(), out);
                appendData(frames.messages().get(i), out);
            }
            lastEncoded = out;
            last = frames;
        }
        return lastEncoded;
    }

    /**
     * Something else that a client is to know.
     *
     * @param name which kind of event it is
     * @param place where the client may resume from now on; null when that does not change
     * @param json what to tell
     */
    static Buffer notice(String name, @Nullable Position place, byte[] json) {
        Buffer out = Buffer.buffer(json.length + 64);
        if (place != null) {
            appendId(place, out);
        }
        out.appendBytes(EVENT).appendString(name).appendByte(LF);
        appendData(json, out);
        return out;
    }

    /**
     * How a stream begins.
     *
     * @param retryMs how long to wait before connecting again
     * @param place where the client may resume already; null when that is not known yet
     */
    static Buffer preamble(long retryMs, @Nullable Position place) {
        return silent("retry: " + retryMs, place);
    }

    /**
     * A line that clients pass over.
     *
     * @param place where the client may resume from now on; null when that does not change
     */
    static Buffer comment(String text, @Nullable Position place) {
        return silent(": " + text, place);
    }

    /** Without data: nothing is dispatched, but a new id is kept. */
    private static Buffer silent(String line, @Nullable Position place) {
        Buffer out = Buffer.buffer().appendString(line).appendByte(LF);
        if (place != null) {
            appendId(place, out);
        }
        return out.appendByte(LF);
    }

    private static void appendId(Position place, Buffer out) {
        out.appendBytes(ID).appendString(place.toString()).appendByte(LF);
    }

    /** On one line. A line break in JSON stands between two tokens, where a blank is as good. */
    private static void appendData(byte[] json, Buffer out) {
        out.appendBytes(DATA);
        int start = out.length();
        out.appendBytes(json);
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                out.setByte(start + i, (byte) ' ');
            }
        }
        out.appendByte(LF).appendByte(LF);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
