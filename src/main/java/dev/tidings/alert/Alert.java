package dev.tidings.alert;

import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Position;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One alert as this instance knows it. Of the evaluating thread, but for what is said to be safe on any. */
final class Alert {
    private final AlertKey key;
    private final ChannelKey place;

    /** Notices that this instance has seen to, whatever others have stored meanwhile. */
    private final Set<String> told = new HashSet<>();

    private final Set<String> sent = new HashSet<>();
    private volatile AlertState state = AlertState.NONE;
    private @Nullable Position stored;
    private long tellAt;

    Alert(AlertKey key) {
        this.key = key;
        this.place = Places.state(key);
    }

    AlertKey key() {
        return key;
    }

    /** The channel that keeps it. */
    ChannelKey place() {
        return place;
    }

    /** Safe on any thread. */
    AlertState state() {
        return state;
    }

    void setState(AlertState next) {
        state = next;
        if (next.phase() == Phase.CLEAR && next.isOver()) {
            told.clear();
            sent.clear();
        }
    }

    /** Where the log has it, as far as is known here; null when it has not. */
    @Nullable
    Position stored() {
        return stored;
    }

    void setStored(@Nullable Position position) {
        stored = position;
    }

    /** When this instance tells what the log says is untold: at once what it stored itself. */
    long tellAt() {
        return tellAt;
    }

    void setTellAt(long at) {
        tellAt = at;
    }

    void noteTold(Notice notice) {
        told.add(notice.id());
    }

    void noteSent(Notice notice) {
        sent.add(notice.id());
    }

    /** What others stored, without what has been seen to here. */
    AlertState withoutDone(AlertState truth) {
        AlertState rest = truth.told(
                truth.untold().stream().filter(each -> told.contains(each.id())).toList());
        for (Notice notice : truth.unsent()) {
            if (sent.contains(notice.id())) {
                rest = rest.sent(notice, null);
            }
        }
        return rest;
    }
}
