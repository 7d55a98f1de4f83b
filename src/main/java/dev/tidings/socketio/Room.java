package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the members of one project on one event loop share: its state as they know it, for its events tell only what changed
 * and these clients are told the whole. Used on that loop only.
 */
final class Room {
    private final ChannelKey key;
    private final EventLog log;
    private final Executor loop;
    private final Set<Consumer<byte[]>> members = new LinkedHashSet<>();

    /** Up to where the state is known: every event before it is in it. */
    private Position place;

    /** Null when the project has none. */
    private @Nullable JsonNode state;

    private byte @Nullable [] update;
    private boolean reading;

    Room(ChannelKey key, EventLog log, Executor loop, Position place, @Nullable State state) {
        this.key = key;
        this.log = log;
        this.loop = loop;
        this.place = place;
        this.state = state == null ? null : state.data().tree();
    }

    void add(Consumer<byte[]> member) {
        members.add(member);
    }

    /** True when nobody is left. */
    boolean remove(Consumer<byte[]> member) {
        members.remove(member);
        return members.isEmpty();
    }

    /** Where the project stands has been read anew: what is known already stays, unless its numbering has restarted. */
    void learn(Position newest, @Nullable State read) {
        if (!newest.sameEpoch(place) || newest.offset() > place.offset()) {
            place = newest;
            state = read == null ? null : read.data().tree();
            update = null;
        }
    }

    boolean hasState() {
        return state != null;
    }

    /** Notes an event that leaves the state as it is. */
    void pass(Event event) {
        if (follows(event)) {
            place = event.position();
        } else if (!isKnown(event)) {
            readAgain();
        }
    }

    /**
     * Notes a change of the state; answers what the members are told. Null when something before it is missing: then the state
     * is read, and all are told.
     */
    byte @Nullable [] change(Event event) {
        if (follows(event)) {
            place = event.position();
            JsonNode patch = event.payload().tree().path("patch");
            state = event.type().equals(Event.STATE_DELETED) ? null : MergePatch.apply(state, patch);
            update = null;
            return update();
        }
        if (isKnown(event)) {
            // Somebody is being brought up to date: what is known is newer, and right.
            return update();
        }
        readAgain();
        return null;
    }

    /** The whole state, as the members are told. */
    byte[] update() {
        byte[] known = update;
        if (known == null) {
            ObjectNode told = Packets.object().put("project_id", key.channel().id());
            told.set("state", state == null ? JsonNodeFactory.instance.nullNode() : state);
            known = Packets.event("state_update", Json.of(told).utf8());
            update = known;
        }
        return known;
    }

    private boolean follows(Event event) {
        return event.position().sameEpoch(place) && event.offset() == place.offset() + 1;
    }

    private boolean isKnown(Event event) {
        return event.position().sameEpoch(place) && event.offset() <= place.offset();
    }

    private void readAgain() {
        if (!reading) {
            reading = true;
            var unused = log.read(key, Range.HEAD)
                    .whenComplete(
                            (slice, failure) -> loop.execute(() -> haveRead(slice == null ? null : slice.head())));
        }
    }

    /** Without an answer the next event asks again. */
    private void haveRead(@Nullable Head head) {
        reading = false;
        if (head != null) {
            learn(head.newest(), head.state());
            for (Consumer<byte[]> member : Set.copyOf(members)) {
                member.accept(update());
            }
        }
    }
}
