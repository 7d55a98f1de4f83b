package dev.tidings.alert;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import java.util.Comparator;

/**
 * Which rule in which channel: no two alerts have the same.
 *
 * @param rule the rule's id
 */
record AlertKey(String tenant, String rule, Channel channel) implements Comparable<AlertKey> {
    private static final Comparator<AlertKey> ORDER = Comparator.comparing(AlertKey::tenant)
            .thenComparing(AlertKey::rule)
            .thenComparing(key -> key.channel().name());

    /** The channel that is watched. */
    ChannelKey watched() {
        return new ChannelKey(tenant, channel);
    }

    /** The channel in which its events are told. */
    ChannelKey told() {
        return new ChannelKey(tenant, Channel.of(AlertRule.NAMESPACE, rule));
    }

    @Override
    public int compareTo(AlertKey other) {
        return ORDER.compare(this, other);
    }
}
