package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The ids that publishers chose in the last five minutes, and where their events are: 48 bytes each, for there may be
 * millions. Ids are told apart by 128 bits of their SHA-256. Not safe for threads.
 */
final class AnsweredIds {
    /** How long an id is known. */
    static final long KEEP_MS = 5 * 60_000L;

    /** What an id takes of memory in a table as full as it may be. */
    static final int BYTES = 48;

    /** Each table has the ids of so long, and goes as a whole. */
    private static final long TABLE_MS = KEEP_MS / 10;

    private final MessageDigest digest = sha256();
    private final ArrayDeque<Table> tables = new ArrayDeque<>();

    /** Where the event is that an id was first given to. */
    record Answer(long offset, long timestamp) {}

    private record Key(long high, long low) {}

    /** Open addressing: high and low half of the key, offset, timestamp; a high half of 0 is nobody's. */
    private static final class Table {
        private static final int WIDTH = 4;

        private final long begun;
        private long[] slots = new long[64 * WIDTH];
        private int used;

        Table(long begun) {
            this.begun = begun;
        }

        void put(long high, long low, long offset, long timestamp) {
            if (++used > slots.length / WIDTH / 3 * 2) {
                grow();
            }
            int at = find(high, low);
            slots[at] = high;
            slots[at + 1] = low;
            slots[at + 2] = offset;
            slots[at + 3] = timestamp;
        }

        private void grow() {
            long[] before = slots;
            slots = new long[Math.multiplyExact(before.length, 2)];
            for (int i = 0; i < before.length; i += WIDTH) {
                if (before[i] != 0) {
                    System.arraycopy(before, i, slots, find(before[i], before[i + 1]), WIDTH);
                }
            }
        }

        /** Where the key is, or is to be. */
        int find(long high, long low) {
            int mask = slots.length / WIDTH - 1;
            int at = (int) low & mask;
            while (slots[at * WIDTH] != 0 && (slots[at * WIDTH] != high || slots[at * WIDTH + 1] != low)) {
                at = (at + 1) & mask;
            }
            return at * WIDTH;
        }

        @Nullable
        Answer get(Key key) {
            int at = find(key.high(), key.low());
            return slots[at] == 0 ? null : new Answer(slots[at + 2], slots[at + 3]);
        }
    }

    /** What the id was answered with, in the last five minutes. */
    @Nullable
    Answer find(ChannelKey channel, String id, long now) {
        if (tables.isEmpty()) {
            return null;
        }
        Key key = key(channel, id);
        for (Table table : tables) {
            Answer answer = table.get(key);
            if (answer != null && answer.timestamp() >= now - KEEP_MS) {
                return answer;
            }
        }
        return null;
    }

    void put(ChannelKey channel, String id, Answer answer, long now) {
        Table newest = tables.peekLast();
        if (newest == null || now - newest.begun >= TABLE_MS) {
            newest = new Table(now);
            tables.addLast(newest);
        }
        Key key = key(channel, id);
        newest.put(key.high(), key.low(), answer.offset(), answer.timestamp());
    }

    /** Lets go of tables that have nothing left of the last five minutes. */
    void expire(long now) {
        while (!tables.isEmpty() && tables.getFirst().begun < now - KEEP_MS - TABLE_MS) {
            tables.removeFirst();
        }
    }

    /** The memory they take. */
    long bytes() {
        long bytes = 0;
        for (Table table : tables) {
            bytes += (long) table.slots.length * Long.BYTES;
        }
        return bytes;
    }

    private Key key(ChannelKey channel, String id) {
        // Names of channels have no NUL, so no two keys are the same text.
        digest.update(channel.channel().name().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        byte[] tenant = channel.tenant().getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(tenant.length).array());
        digest.update(tenant);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
        long high = hash.getLong();
        return new Key(high == 0 ? 1 : high, hash.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
