package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one rule stands in one channel. Immutable; what the log keeps.
 *
 * @param since when the condition began to hold, in ms since the Unix epoch
 * @param value what the event that began it shows; null for nothing
 * @param cause the id of that event
 * @param raisedAt when it was raised, in ms since the Unix epoch
 * @param raisedId the id of the event {@code alert.raised}; null before
 * @param at the event that changed it last: those before it have had their effect; null when none has
 * @param sequence the place of that event in its shard of the log
 * @param untold what may not have been told as an event yet, in its order
 * @param unsent what the rule's webhook has not been told, in its order
 */
record AlertState(
        Phase phase,
        long since,
        @Nullable JsonNode value,
        @Nullable String cause,
        long raisedAt,
        @Nullable String raisedId,
        boolean acknowledged,
        @Nullable Position at,
        long sequence,
        List<Notice> untold,
        List<Notice> unsent) {
    /** How far an alert has come. */
    enum Phase {
        /** The condition does not hold. */
        CLEAR,
        /** It holds, and not long enough yet. */
        PENDING,
        RAISED
    }

    /** Nothing has happened. */
    static final AlertState NONE =
            new AlertState(Phase.CLEAR, 0, null, null, 0, null, false, null, 0, List.of(), List.of());

    /** What is longer than that is not shown as a value. */
    private static final int LONGEST_VALUE = 4096;

    /** How many notices may wait; beyond that the oldest are dropped. */
    private static final int MOST_WAITING = 50;

    AlertState {
        untold = newest(untold);
        unsent = newest(unsent);
    }

    private static List<Notice> newest(List<Notice> notices) {
        return List.copyOf(
                notices.size() <= MOST_WAITING
                        ? notices
                        : notices.subList(notices.size() - MOST_WAITING, notices.size()));
    }

    /** What is shown of a value: nothing of one that is too long. */
    static @Nullable JsonNode shown(@Nullable JsonNode value) {
        return value == null || value.toString().length() > LONGEST_VALUE ? null : value;
    }

    /** The condition has begun to hold. */
    static AlertState begun(
            AlertState before, long since, @Nullable JsonNode value, String cause, Position at, long sequence) {
        return new AlertState(
                Phase.PENDING, since, shown(value), cause, 0, null, false, at, sequence, before.untold, before.unsent);
    }

    /** It has held long enough. */
    AlertState raised(Notice notice, boolean send) {
        return new AlertState(
                Phase.RAISED,
                since,
                value,
                cause,
                notice.at(),
                notice.id(),
                false,
                at,
                sequence,
                with(untold, notice),
                send ? with(unsent, notice) : unsent);
    }

    AlertState acknowledged(Notice notice, boolean send) {
        return new AlertState(
                phase,
                since,
                value,
                cause,
                raisedAt,
                raisedId,
                true,
                at,
                sequence,
                with(untold, notice),
                send ? with(unsent, notice) : unsent);
    }

    /** The condition does not hold any more, by an event or, when there is none, by what became of its rule. */
    AlertState ended(@Nullable Position by, long place, @Nullable Notice notice, boolean send) {
        return new AlertState(
                Phase.CLEAR,
                0,
                null,
                null,
                0,
                null,
                false,
                by == null ? at : by,
                by == null ? sequence : place,
                notice == null ? untold : with(untold, notice),
                notice == null || !send ? unsent : with(unsent, notice));
    }

    /** Without what has been told. */
    AlertState told(List<Notice> notices) {
        return waiting(without(untold, notices), unsent);
    }

    /** Without what the webhook has been told, or will not be; and with what is to be told about that. */
    AlertState sent(Notice notice, @Nullable Notice more) {
        return waiting(more == null ? untold : with(untold, more), without(unsent, List.of(notice)));
    }

    /** Nobody is to be told by HTTP any more. */
    AlertState withoutHook() {
        return unsent.isEmpty() ? this : waiting(untold, List.of());
    }

    private AlertState waiting(List<Notice> stillUntold, List<Notice> stillUnsent) {
        return new AlertState(
                phase, since, value, cause, raisedAt, raisedId, acknowledged, at, sequence, stillUntold, stillUnsent);
    }

    /** True when nothing is said by it that somebody could want to know. */
    boolean isOver() {
        return phase == Phase.CLEAR && untold.isEmpty() && unsent.isEmpty();
    }

    /** True when it has come as far as the other by the same event. */
    boolean isAt(AlertState other) {
        return phase == other.phase && Objects.equals(at, other.at);
    }

    private static List<Notice> with(List<Notice> notices, Notice added) {
        List<Notice> all = new ArrayList<>(notices);
        all.add(added);
        return all;
    }

    private static List<Notice> without(List<Notice> notices, List<Notice> gone) {
        List<String> ids = gone.stream().map(Notice::id).toList();
        return notices.stream().filter(each -> !ids.contains(each.id())).toList();
    }

    /** As the log keeps it, with whose it is. */
    ObjectNode write(AlertKey key) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        written.put("rule", key.rule()).put("channel", key.channel().name());
        written.put("phase", phase.name().toLowerCase(Locale.ROOT));
        written.put("since", since).put("raised_at", raisedAt).put("acknowledged", acknowledged);
        if (value != null) {
            written.set("value", value);
        }
        if (cause != null) {
            written.put("cause", cause);
        }
        if (raisedId != null) {
            written.put("raised_id", raisedId);
        }
        if (at != null) {
            written.put("epoch", at.epoch()).put("offset", at.offset()).put("sequence", sequence);
        }
        written.set("untold", write(untold));
        written.set("unsent", write(unsent));
        return written;
    }

    static AlertState read(JsonNode written) {
        return new AlertState(
                Phase.valueOf(written.path("phase").asText().toUpperCase(Locale.ROOT)),
                written.path("since").asLong(),
                written.get("value"),
                written.has("cause") ? written.path("cause").asText() : null,
                written.path("raised_at").asLong(),
                written.has("raised_id") ? written.path("raised_id").asText() : null,
                written.path("acknowledged").asBoolean(),
                written.has("epoch")
                        ? new Position(
                                written.path("epoch").asText(),
                                written.path("offset").asLong())
                        : null,
                written.path("sequence").asLong(),
                readNotices(written.path("untold")),
                readNotices(written.path("unsent")));
    }

    private static ArrayNode write(List<Notice> notices) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        notices.forEach(each -> array.add(each.write()));
        return array;
    }

    private static List<Notice> readNotices(JsonNode array) {
        List<Notice> notices = new ArrayList<>();
        array.forEach(each -> notices.add(Notice.read(each)));
        return notices;
    }
}
