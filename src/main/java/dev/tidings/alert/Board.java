package dev.tidings.alert;

import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.ChannelKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All alerts that this instance knows, and what is to be done about them. Of the evaluating thread, but for {@link #all}. */
final class Board {
    private final int capacity;
    private final ConcurrentSkipListMap<AlertKey, Alert> alerts = new ConcurrentSkipListMap<>();
    private final Map<ChannelKey, Map<String, Alert>> byChannel = new HashMap<>();
    private final Map<ChannelKey, Alert> byPlace = new HashMap<>();
    private final Set<Alert> changed = new LinkedHashSet<>();
    private final Set<Alert> pending = new LinkedHashSet<>();
    private final Set<Alert> untold = new LinkedHashSet<>();
    private final Set<Alert> unsent = new LinkedHashSet<>();
    private final Set<Alert> over = new LinkedHashSet<>();

    /** @param capacity how many there may be */
    Board(int capacity) {
        this.capacity = capacity;
    }

    /** All alerts in the order of their keys. Safe on any thread. */
    NavigableMap<AlertKey, Alert> all() {
        return alerts;
    }

    @Nullable
    Alert get(AlertKey key) {
        return alerts.get(key);
    }

    /** The alert of that key, new if need be; null when there are as many as may be. */
    @Nullable
    Alert open(AlertKey key) {
        Alert known = alerts.get(key);
        if (known != null) {
            return known;
        }
        if (byPlace.size() >= capacity) {
            return null;
        }
        Alert alert = new Alert(key);
        alerts.put(key, alert);
        byPlace.put(alert.place(), alert);
        byChannel.computeIfAbsent(key.watched(), first -> new LinkedHashMap<>()).put(key.rule(), alert);
        return alert;
    }

    /** By rule those of a watched channel. */
    Map<String, Alert> of(ChannelKey watched) {
        return byChannel.getOrDefault(watched, Map.of());
    }

    @Nullable
    Alert at(ChannelKey place) {
        return byPlace.get(place);
    }

    /** Those of a rule. */
    List<Alert> of(String tenant, String rule) {
        return alerts.values().stream()
                .filter(alert -> alert.key().tenant().equals(tenant)
                        && alert.key().rule().equals(rule))
                .toList();
    }

    /** The alert stands so from now on, and the log is to know it. */
    void change(Alert alert, AlertState state) {
        if (!alert.state().equals(state)) {
            adopt(alert, state);
            changed.add(alert);
        }
    }

    /** The alert stands so from now on, as the log knows. */
    void adopt(Alert alert, AlertState state) {
        alert.setState(state);
        note(pending, alert, state.phase() == Phase.PENDING);
        note(untold, alert, !state.untold().isEmpty());
        note(unsent, alert, !state.unsent().isEmpty());
        note(over, alert, state.isOver());
    }

    private static void note(Set<Alert> set, Alert alert, boolean holds) {
        if (holds) {
            set.add(alert);
        } else {
            set.remove(alert);
        }
    }

    /** The log knows it as it is here. */
    void settle(Alert alert) {
        changed.remove(alert);
    }

    void forget(Alert alert) {
        adopt(alert, AlertState.NONE);
        over.remove(alert);
        changed.remove(alert);
        alerts.remove(alert.key());
        byPlace.remove(alert.place());
        Map<String, Alert> others = byChannel.get(alert.key().watched());
        if (others != null) {
            others.remove(alert.key().rule());
            if (others.isEmpty()) {
                byChannel.remove(alert.key().watched());
            }
        }
    }

    /** Those that the log does not know as they are here. */
    List<Alert> changed() {
        return List.copyOf(changed);
    }

    /** True when the log does not know it as it is here: nobody is to be told yet. */
    boolean isChanged(Alert alert) {
        return changed.contains(alert);
    }

    List<Alert> pending() {
        return List.copyOf(pending);
    }

    List<Alert> untold() {
        return List.copyOf(untold);
    }

    Collection<Alert> unsent() {
        return List.copyOf(unsent);
    }

    /** Those of which nothing is to be known any more, once nobody evaluates again what they came from. */
    List<Alert> over() {
        return List.copyOf(over);
    }

    /** How many are raised. Safe on any thread. */
    long raised() {
        return alerts.values().stream()
                .filter(alert -> alert.state().phase() == Phase.RAISED)
                .count();
    }

    int size() {
        return alerts.size();
    }
}
