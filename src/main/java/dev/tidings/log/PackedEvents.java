package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a channel, as bytes in a few arrays. As objects they would take twice the memory, with a tree each
 * when a filter has looked into them, and a million objects to carry along for every collection of garbage. Not safe for
 * threads.
 *
 * <p>An event is: length of what follows, sequence, timestamp, type, id, cause, payload. Texts have a length of two bytes
 * before them, the cause has its length plus one, 0 when there is none; the payload is what is left.
 */
final class PackedEvents {
    private static final int SMALLEST = 512;
    private static final int LARGEST = 16 * 1024;
    private static final int PLACE = Integer.BYTES + 2 * Long.BYTES;

    private final ChannelKey key;
    private final String epoch;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
    private int size;
    private int bytes;

    /** The offset of the newest event it was given. */
    private long newest;

    PackedEvents(ChannelKey key, String epoch) {
        this.key = key;
        this.epoch = epoch;
    }

    /** Some events one after the other; a new one is begun when the next does not fit. */
    private static final class Chunk {
        private final ByteBuffer bytes;
        private int oldest;

        Chunk(int capacity) {
            bytes = ByteBuffer.allocate(capacity);
        }

        boolean isEmpty() {
            return oldest == bytes.position();
        }

        int after(int event) {
            return event + Integer.BYTES + bytes.getInt(event);
        }
    }

    /** An event in its place, which is looked at before it is made an object. Good until the next one is shown. */
    final class Entry {
        private Chunk chunk;
        private int at;
        private long offset;

        private Entry(Chunk chunk) {
            this.chunk = chunk;
        }

        long offset() {
            return offset;
        }

        long sequence() {
            return chunk.bytes.getLong(at + Integer.BYTES);
        }

        long timestamp() {
            return chunk.bytes.getLong(at + Integer.BYTES + Long.BYTES);
        }

        Event event() {
            ByteBuffer from = chunk.bytes.duplicate().limit(chunk.after(at)).position(at + PLACE);
            String type = text(from, from.getShort() & 0xffff);
            String id = text(from, from.getShort() & 0xffff);
            int cause = from.getShort() & 0xffff;
            @Nullable String causeId = cause == 0 ? null : text(from, cause - 1);
            byte[] payload = new byte[from.remaining()];
            from.get(payload);
            return new Event(
                    key,
                    type,
                    id,
                    new Position(epoch, offset),
                    sequence(),
                    timestamp(),
                    Json.trusted(payload),
                    causeId);
        }
    }

    /** Adds an event, whose offset follows that of the one before. */
    void add(Event event) {
        byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
        byte[] id = event.id().getBytes(StandardCharsets.UTF_8);
        byte[] cause = event.cause() == null ? null : event.cause().getBytes(StandardCharsets.UTF_8);
        byte[] payload = event.payload().utf8();
        int length = PLACE + 3 * Short.BYTES + type.length + id.length + payload.length;
        length += cause == null ? 0 : cause.length;
        ByteBuffer to = room(length).bytes;
        to.putInt(length - Integer.BYTES).putLong(event.sequence()).putLong(event.timestamp());
        to.putShort(length(type.length)).put(type);
        to.putShort(length(id.length)).put(id);
        if (cause == null) {
            to.putShort((short) 0);
        } else {
            to.putShort(length(cause.length + 1)).put(cause);
        }
        to.put(payload);
        size++;
        newest = event.offset();
    }

    private Chunk room(int length) {
        Chunk last = chunks.peekLast();
        if (last == null || last.bytes.remaining() < length) {
            int usual = last == null ? SMALLEST : Math.min(2 * last.bytes.capacity(), LARGEST);
            last = new Chunk(Math.max(usual, length));
            chunks.addLast(last);
            bytes += last.bytes.capacity();
        }
        return last;
    }

    /** How many there are. */
    int size() {
        return size;
    }

    /** The memory they take. */
    int bytes() {
        return bytes;
    }

    /** The oldest of them. */
    @Nullable
    Entry oldest() {
        Chunk first = chunks.peekFirst();
        if (first == null) {
            return null;
        }
        Entry entry = new Entry(first);
        entry.at = first.oldest;
        entry.offset = newest - size + 1;
        return entry;
    }

    /** Lets go of the oldest, of which there has to be one. */
    void removeOldest() {
        Chunk first = chunks.getFirst();
        first.oldest = first.after(first.oldest);
        size--;
        if (first.isEmpty()) {
            chunks.removeFirst();
            bytes -= first.bytes.capacity();
        }
    }

    /** Shows the events from an offset on, oldest first. */
    void from(long offset, Consumer<Entry> reader) {
        Entry entry = oldest();
        if (entry == null) {
            return;
        }
        for (Chunk chunk : chunks) {
            entry.chunk = chunk;
            for (entry.at = chunk.oldest; entry.at < chunk.bytes.position(); entry.at = chunk.after(entry.at)) {
                if (entry.offset >= offset) {
                    reader.accept(entry);
                }
                entry.offset++;
            }
        }
    }

    private static String text(ByteBuffer from, int length) {
        byte[] utf8 = new byte[length];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static short length(int length) {
        if (length > 0xffff) {
            throw new IllegalArgumentException("a text of an event is longer than 65 534 bytes");
        }
        return (short) length;
    }
}
