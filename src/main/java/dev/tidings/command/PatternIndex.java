package dev.tidings.command;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is kept under the patterns that match a channel, in a time that depends on the channel's name alone. Not safe
 * on several threads.
 */
final class PatternIndex<V> {
    private final Map<Place, V> values = new HashMap<>();

    private record Place(String tenant, String pattern) {}

    V at(String tenant, ChannelPattern pattern, Supplier<V> otherwise) {
        return values.computeIfAbsent(new Place(tenant, pattern.text()), place -> otherwise.get());
    }

    @Nullable
    V at(String tenant, ChannelPattern pattern) {
        return values.get(new Place(tenant, pattern.text()));
    }

    void remove(String tenant, ChannelPattern pattern) {
        values.remove(new Place(tenant, pattern.text()));
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    void forEachMatching(ChannelKey key, Consumer<V> action) {
        if (values.isEmpty()) {
            return;
        }
        Channel channel = key.channel();
        give(key.tenant(), channel.name(), action);
        int colon = channel.namespace().length();
        for (int end = colon + 1; end <= channel.name().length(); end++) {
            give(key.tenant(), channel.name().substring(0, end) + '*', action);
        }
    }

    private void give(String tenant, String pattern, Consumer<V> action) {
        V value = values.get(new Place(tenant, pattern));
        if (value != null) {
            action.accept(value);
        }
    }
}
