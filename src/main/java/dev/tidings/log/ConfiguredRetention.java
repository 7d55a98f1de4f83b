package dev.tidings.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The retention that the configuration gives a namespace: its own, else that of {@code *}, else the default. */
public final class ConfiguredRetention implements Retention.Policy {
    private final ChannelsConfig config;
    private final Map<String, Retention> known = new ConcurrentHashMap<>();

    public ConfiguredRetention(ChannelsConfig config) {
        this.config = config;
    }

    @Override
    public Retention of(String namespace) {
        Retention common =
                known.computeIfAbsent("*", all -> apply(config.namespaces().get("*"), Retention.DEFAULT));
        ChannelsConfig.Namespace own = config.namespaces().get(namespace);
        // Namespaces come from clients: only those that somebody configured are worth remembering.
        return own == null ? common : known.computeIfAbsent(namespace, each -> apply(own, common));
    }

    private static Retention apply(ChannelsConfig.@Nullable Namespace settings, Retention otherwise) {
        return settings == null
                ? otherwise
                : new Retention(
                        settings.historySize().orElse(otherwise.size()),
                        settings.historyAge().orElse(otherwise.age()));
    }
}
