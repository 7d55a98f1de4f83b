package dev.tidings.log;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the configuration says for a namespace: its own settings, else those of {@code *}, else the defaults. */
public final class ConfiguredChannels implements Retention.Policy {
    private final ChannelsConfig config;
    private final Map<String, Retention> known = new ConcurrentHashMap<>();

    public ConfiguredChannels(ChannelsConfig config) {
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

    /** What becomes of connections that are too slow for the namespace's channels. */
    public SlowConsumer slowConsumer(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::slowConsumer).orElse(SlowConsumer.DISCONNECT);
    }

    /** Whether connections may be present in the namespace's channels. */
    public boolean presence(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::presence).orElse(true);
    }

    /** What is written down of the commands given in the namespace's channels. */
    public CommandAudit commandAudit(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::commandAudit).orElse(CommandAudit.OUTLINE);
    }

    private <T> Optional<T> setting(String namespace, Function<ChannelsConfig.Namespace, Optional<T>> which) {
        return Stream.of(namespace, "*")
                .map(config.namespaces()::get)
                .filter(Objects::nonNull)
                .flatMap(settings -> which.apply(settings).stream())
                .findFirst();
    }

    private static Retention apply(ChannelsConfig.@Nullable Namespace settings, Retention otherwise) {
        return settings == null
                ? otherwise
                : new Retention(
                        settings.historySize().orElse(otherwise.size()),
                        settings.historyAge().orElse(otherwise.age()));
    }
}
