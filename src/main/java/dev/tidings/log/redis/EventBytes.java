package dev.tidings.log.redis;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as the bytes it has in Redis: format 1, tenant, channel, timestamp, type, id, cause, payload. Texts have a
 * length of two bytes before them, the cause has its length plus one, 0 when there is none; the payload is what is left.
 * The event's place is not among them, for it is not known when they are made.
 *
 * <p>For one thread at a time: remembers the channels it has seen, for most events are of few of them.
 */
final class EventBytes {
    private static final byte FORMAT = 1;
    private static final int REMEMBERED = 10_000;

    private final Map<String, ChannelKey> keys = new HashMap<>();

    static byte[] encode(Draft draft) {
        byte[] tenant = ascii(Keys.escape(draft.key().tenant()));
        byte[] channel = ascii(draft.key().channel().name());
        byte[] type = draft.type().getBytes(StandardCharsets.UTF_8);
        byte[] id = draft.id().getBytes(StandardCharsets.UTF_8);
        byte[] cause = draft.cause() == null ? null : draft.cause().getBytes(StandardCharsets.UTF_8);
        byte[] payload = draft.payload().utf8();
        int size = 1 + 8 + 5 * 2 + tenant.length + channel.length + type.length + id.length + payload.length;
        ByteBuffer bytes = ByteBuffer.allocate(size + (cause == null ? 0 : cause.length));
        bytes.put(FORMAT);
        putText(bytes, tenant);
        putText(bytes, channel);
        bytes.putLong(draft.timestamp());
        putText(bytes, type);
        putText(bytes, id);
        if (cause == null) {
            bytes.putShort((short) 0);
        } else {
            bytes.putShort(length(cause.length + 1)).put(cause);
        }
        return bytes.put(payload).array();
    }

    /** What the bytes of all events of a tenant begin with. */
    static byte[] headOf(String tenant) {
        byte[] escaped = ascii(Keys.escape(tenant));
        ByteBuffer head = ByteBuffer.allocate(1 + 2 + escaped.length).put(FORMAT);
        putText(head, escaped);
        return head.array();
    }

    /** What the bytes of all events of a pattern's channels have after the head, or after the head and two bytes more. */
    static byte[] tailOf(ChannelPattern pattern) {
        byte[] name = ascii(pattern.prefix());
        if (!pattern.isExact()) {
            return name;
        }
        ByteBuffer tail = ByteBuffer.allocate(2 + name.length);
        putText(tail, name);
        return tail.array();
    }

    /** Decodes an event of whatever channel. */
    Event decode(byte[] bytes, String epoch, long offset, long sequence) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        int end = skipKey(from);
        String known = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        ChannelKey key = keys.get(known);
        if (key == null) {
            key = key(bytes);
            if (keys.size() >= REMEMBERED) {
                keys.clear();
            }
            keys.put(known, key);
        }
        return rest(from, key, new Position(epoch, offset), sequence);
    }

    /** Decodes an event of a channel. */
    static Event decode(byte[] bytes, ChannelKey key, String epoch, long offset, long sequence) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        skipKey(from);
        return rest(from, key, new Position(epoch, offset), sequence);
    }

    private static Event rest(ByteBuffer from, ChannelKey key, Position position, long sequence) {
        long timestamp = from.getLong();
        String type = text(from, from.getShort() & 0xffff);
        String id = text(from, from.getShort() & 0xffff);
        int cause = from.getShort() & 0xffff;
        @Nullable String causeId = cause == 0 ? null : text(from, cause - 1);
        byte[] payload = new byte[from.remaining()];
        from.get(payload);
        return new Event(key, type, id, position, sequence, timestamp, Json.trusted(payload), causeId);
    }

    /** @return where the key ends */
    private static int skipKey(ByteBuffer from) {
        if (from.get() != FORMAT) {
            throw new IllegalStateException("an event in a format that this version does not know");
        }
        from.position(from.position() + 2 + (from.getShort(from.position()) & 0xffff));
        from.position(from.position() + 2 + (from.getShort(from.position()) & 0xffff));
        return from.position();
    }

    private static ChannelKey key(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        String tenant = text(from, from.getShort() & 0xffff);
        String channel = text(from, from.getShort() & 0xffff);
        return new ChannelKey(Keys.unescape(tenant), new Channel(channel));
    }

    private static String text(ByteBuffer from, int length) {
        byte[] utf8 = new byte[length];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void putText(ByteBuffer to, byte[] text) {
        to.putShort(length(text.length)).put(text);
    }

    private static short length(int length) {
        if (length > 0xffff) {
            throw new IllegalArgumentException("a text of an event is longer than 65 534 bytes");
        }
        return (short) length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
