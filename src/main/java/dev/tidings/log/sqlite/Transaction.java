package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.Retention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several batches on their way into the file, in their order. Either all of it is committed or none. */
final class Transaction {
    private static final long DEDUPE_MS = Duration.ofMinutes(5).toMillis();

    private final Database database;
    private final Retention.Policy retention;
    private final Visits visits;
    private final Numbering numbering;
    private final long now;
    private final Map<ChannelKey, OpenChannel> channels = new HashMap<>();
    private final List<Event> events = new ArrayList<>();

    /** @param numbering where the log stood before */
    Transaction(Database database, Retention.Policy retention, Visits visits, Numbering numbering, long now) {
        this.database = database;
        this.retention = retention;
        this.visits = visits;
        this.numbering = numbering;
        this.now = now;
    }

    /** Appends one batch; the answers are in the order of the drafts. */
    List<Appended> append(List<Draft> drafts) throws SQLException {
        List<Appended> answers = new ArrayList<>(drafts.size());
        Map<ChannelKey, Boolean> chains = new HashMap<>();
        for (Draft draft : drafts) {
            answers.add(append(draft, chains));
        }
        return answers;
    }

    private Appended append(Draft draft, Map<ChannelKey, Boolean> chains) throws SQLException {
        OpenChannel channel = open(draft.key());
        OpenChannel.Appended first = draft.idempotent() ? channel.firstAnswer(draft.id(), now - DEDUPE_MS) : null;
        if (first != null) {
            if (draft.state() != null) {
                // What was computed on top of this write, which is not made again, has to be computed anew.
                chains.put(draft.key(), false);
            }
            return new Appended.Stored(first.position(), draft.id(), first.timestamp(), true);
        }
        Draft.StateWrite write = draft.state();
        if (write != null) {
            Position expected = write.expected();
            boolean holds = expected == null
                    ? chains.getOrDefault(draft.key(), false)
                    : expected.equals(channel.statePosition());
            chains.put(draft.key(), holds);
            if (!holds) {
                return new Appended.Conflict(channel.head());
            }
            if (!write.change()) {
                return new Appended.Stored(channel.remember(draft), draft.id(), draft.timestamp(), true);
            }
        }
        Event event = channel.append(draft, sequence() + 1);
        events.add(event);
        return new Appended.Stored(event.position(), event.id(), event.timestamp(), false);
    }

    private OpenChannel open(ChannelKey key) throws SQLException {
        OpenChannel channel = channels.get(key);
        if (channel == null) {
            channel = OpenChannel.open(database, key, retention.of(key.channel().namespace()), numbering, visits, now);
            channels.put(key, channel);
        }
        return channel;
    }

    /** What was appended. */
    List<Event> events() {
        return events;
    }

    /** Sequence number of the newest event. */
    private long sequence() {
        return numbering.sequence() + events.size();
    }

    /** Writes down where everything stands now; last before the commit. */
    void save() throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        for (OpenChannel channel : channels.values()) {
            channel.save(now);
        }
        database.change("UPDATE numbering SET sequence = ?", sequence());
        database.change(
                "DELETE FROM answer WHERE (channel, id) IN"
                        + " (SELECT channel, id FROM answer WHERE timestamp < ? ORDER BY timestamp LIMIT ?)",
                now - DEDUPE_MS,
                2L * events.size());
    }
}
