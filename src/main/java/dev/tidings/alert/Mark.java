package dev.tidings.alert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Position;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * How far all events have been evaluated and what came of them stored, by whatever instance: where to go on after a restart.
 * Kept in the log, some seconds late: so long an instance may take to hear of a new rule without events being missed for it.
 */
final class Mark {
    private static final long LATE_MS = 2000;
    private static final long APART_MS = 2000;

    private final EventLog log;
    private final Store store;
    private final AtomicLongArray heard;
    private final Deque<Evaluated> evaluated = new ArrayDeque<>();
    private @Nullable Cursor stored;
    private @Nullable Position storedAt;
    private String epoch = "";
    private long storeAt;
    private long touched;

    /** Up to when what was heard is within what is stored. */
    private long storedTo;

    private record Evaluated(long time, List<Long> sequences) {}

    Mark(EventLog log, Store store) {
        this.log = log;
        this.store = store;
        this.heard = new AtomicLongArray(log.shards());
    }

    /** An event has been heard and noted. On the log's threads. */
    void hear(int shard, long sequence) {
        heard.set(shard, sequence);
    }

    /** What has been heard by now. */
    List<Long> heard() {
        List<Long> sequences = new ArrayList<>();
        for (int shard = 0; shard < heard.length(); shard++) {
            sequences.add(heard.get(shard));
        }
        return sequences;
    }

    /** Where the log stands; to be asked before what is there is read. */
    Cursor here() {
        ChannelPattern itself = ChannelPattern.exactly(Places.MARK.channel());
        Cursor here = log.replay(Places.MARK.tenant(), itself, new Since.Now())
                .toCompletableFuture()
                .join()
                .cursor();
        epoch = here.epoch();
        return here;
    }

    /** Reads it anew. */
    void read() {
        Head head =
                log.read(Places.MARK, Range.HEAD).toCompletableFuture().join().head();
        storedAt = head.state() == null ? null : head.state().position();
        stored = head.state() == null
                ? null
                : Cursor.parse(head.state().data().tree().path("cursor").asText());
    }

    /** Where the log says that everything has been evaluated; null when it says nothing. */
    @Nullable
    Cursor stored() {
        return stored;
    }

    /** True when what came of an event has been stored, if anything did. */
    boolean covers(int shard, long sequence) {
        Cursor known = stored;
        return known != null
                && known.epoch().equals(epoch)
                && shard < known.sequences().size()
                && known.sequences().get(shard) >= sequence;
    }

    /** True when an event came before a place in the log as it is numbered now. */
    boolean isBefore(int shard, long sequence, @Nullable Cursor place) {
        return place != null
                && place.epoch().equals(epoch)
                && shard < place.sequences().size()
                && sequence <= place.sequences().get(shard);
    }

    /** Everything up to there has been evaluated here, and stored. */
    void reach(List<Long> sequences, long now) {
        Evaluated last = evaluated.peekLast();
        if (last == null || now - last.time() >= LATE_MS / 8) {
            evaluated.addLast(new Evaluated(now, sequences));
        }
    }

    /** Stores how far things have come, now and then. */
    void keep(long now) {
        @Nullable Evaluated settled = null;
        while (!evaluated.isEmpty() && evaluated.peekFirst().time() <= now - LATE_MS) {
            settled = evaluated.pollFirst();
        }
        // What nobody has a rule about need not be stored, and this very writing is such.
        if (settled == null || now < storeAt || touched <= storedTo) {
            return;
        }
        Cursor reached = new Cursor(epoch, further(settled.sequences()));
        if (reached.equals(stored)) {
            storedTo = settled.time();
            return;
        }
        storeAt = now + APART_MS + ThreadLocalRandom.current().nextLong(APART_MS);
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("cursor", reached.toString());
        Precondition unchanged = storedAt == null ? new Precondition.Absent() : new Precondition.ChangedAt(storedAt);
        Outcome outcome =
                store.submit(new Submission.Write(Places.MARK, new Change.Put(document), unchanged, null, null));
        if (outcome instanceof Outcome.Changed changed) {
            storedAt = changed.stored().position();
            stored = reached;
            storedTo = settled.time();
        } else if (outcome instanceof Outcome.Conflict) {
            read();
        }
    }

    /** An event has been evaluated that a rule may be about. */
    void touch(long now) {
        touched = now;
    }

    /** Never back, whoever was further. */
    private List<Long> further(List<Long> sequences) {
        List<Long> furthest = new ArrayList<>();
        for (int shard = 0; shard < sequences.size(); shard++) {
            Cursor known = stored;
            boolean comparable = known != null
                    && known.epoch().equals(epoch)
                    && known.sequences().size() == sequences.size();
            furthest.add(
                    comparable && known != null
                            ? Math.max(sequences.get(shard), known.sequences().get(shard))
                            : sequences.get(shard));
        }
        return furthest;
    }
}
