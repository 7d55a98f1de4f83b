package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import org.jspecify.annotations.Nullable;

/**
 * The course an alert takes through the events of its channel and through time: the same on all instances, as the same events
 * come in the same order.
 */
final class Course {
    private Course() {}

    /** How the alert stands after an event; the same object when it means nothing to it. */
    static AlertState hear(AlertRule rule, AlertKey key, AlertState before, Event event) {
        Position at = before.at();
        if (at != null && at.sameEpoch(event.position()) && event.offset() <= at.offset()) {
            return before;
        }
        // What came late must not undo that it had held long enough before.
        AlertState state = pass(rule, key, before, event.timestamp());
        return switch (state.phase()) {
            case CLEAR -> rule.holds(event) ? begin(rule, key, state, event) : state;
            case PENDING -> rule.fails(event) ? state.ended(event.position(), event.sequence(), null, false) : state;
            case RAISED -> rule.clears(event) ? clear(rule, key, state, event) : state;
        };
    }

    /** How the alert stands when that time has come and nothing was heard meanwhile. */
    static AlertState pass(AlertRule rule, AlertKey key, AlertState state, long now) {
        if (state.phase() != Phase.PENDING || now < dueAt(rule, state)) {
            return state;
        }
        return raise(rule, key, state, dueAt(rule, state));
    }

    /** When a condition will have held long enough that holds now. */
    static long dueAt(AlertRule rule, AlertState state) {
        return state.since() + rule.holdFor().toMillis();
    }

    /** How the alert stands when its rule is no more, or is about other channels. */
    static AlertState orphaned(AlertKey key, AlertState state, boolean send, long now) {
        if (state.phase() != Phase.RAISED) {
            return state.phase() == Phase.PENDING ? state.ended(null, 0, null, false) : state;
        }
        String raised = String.valueOf(state.raisedId());
        Notice notice = new Notice(
                Notice.idOf("cleared", key.rule(), key.channel().name(), raised),
                Notice.CLEARED,
                state.value(),
                state.since(),
                raised,
                now,
                new Notice.Note("reason", "the rule is not about this channel any more"));
        return state.ended(null, 0, notice, send);
    }

    /** How the alert stands when somebody has taken note of it. */
    static AlertState acknowledge(AlertRule rule, AlertKey key, AlertState state, String by, long now) {
        String raised = String.valueOf(state.raisedId());
        Notice notice = new Notice(
                Notice.idOf("acknowledged", key.rule(), key.channel().name(), raised),
                Notice.ACKNOWLEDGED,
                state.value(),
                state.since(),
                raised,
                now,
                new Notice.Note("by", by));
        return state.acknowledged(notice, rule.hook() != null);
    }

    private static AlertState begin(AlertRule rule, AlertKey key, AlertState before, Event event) {
        JsonNode value = Truth.value(rule.condition(), event);
        AlertState begun =
                AlertState.begun(before, event.timestamp(), value, event.id(), event.position(), event.sequence());
        return rule.holdFor().isZero() ? raise(rule, key, begun, event.timestamp()) : begun;
    }

    private static AlertState raise(AlertRule rule, AlertKey key, AlertState state, long at) {
        String id = idOf("raised", key, state.at());
        Notice notice = new Notice(id, Notice.RAISED, state.value(), state.since(), state.cause(), at, null);
        return state.raised(notice, rule.hook() != null);
    }

    private static AlertState clear(AlertRule rule, AlertKey key, AlertState state, Event event) {
        Notice notice = new Notice(
                idOf("cleared", key, event.position()),
                Notice.CLEARED,
                AlertState.shown(Truth.value(rule.condition(), event)),
                state.since(),
                event.id(),
                event.timestamp(),
                null);
        return state.ended(event.position(), event.sequence(), notice, rule.hook() != null);
    }

    private static String idOf(String kind, AlertKey key, @Nullable Position by) {
        return Notice.idOf(kind, key.rule(), key.channel().name(), String.valueOf(by));
    }
}
