package dev.tidings.log;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the configuration says for a namespace: its own settings, else those of {@code *}, else the defaults. */
public final class ConfiguredChannels implements Retention.Policy {
    private final ChannelsConfig config;
    private final Map<String, Duration> freshFor;
    private final Map<String, Retention> known = new ConcurrentHashMap<>();

    public ConfiguredChannels(ChannelsConfig config) {
        this.config = config;
        this.freshFor = config.namespaces().keySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        name -> setting(name, ChannelsConfig.Namespace::freshFor)
                                .orElse(Duration.ZERO)));
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

    /** Whether the namespace's channels may have a state. */
    public boolean state(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::state).orElse(true);
    }

    /** Who may publish there, as configured. */
    public List<String> publish(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::publish).orElse(List.of("anyone"));
    }

    /** Where the schemas of payloads are, by event type: those of {@code *} too, where the namespace names no other. */
    public Map<String, Path> schemas(String namespace) {
        Map<String, Path> schemas = new HashMap<>();
        Stream.of("*", namespace)
                .map(config.namespaces()::get)
                .filter(Objects::nonNull)
                .forEach(settings -> schemas.putAll(settings.schemas()));
        return schemas;
    }

    /** Where the schema of its states is, if there is one. */
    public Optional<Path> stateSchema(String namespace) {
        return setting(namespace, ChannelsConfig.Namespace::stateSchema);
    }

    /** How long a channel of the namespace may be silent before its state is stale; zero when that does not matter. */
    public Duration freshFor(String namespace) {
        return freshFor.getOrDefault(namespace, freshFor.getOrDefault("*", Duration.ZERO));
    }

    /** The namespaces in which silence matters; {@code *} for all that are not named. */
    public Set<String> freshNamespaces() {
        return freshFor.keySet().stream()
                .filter(namespace -> !freshFor(namespace).isZero())
                .collect(Collectors.toUnmodifiableSet());
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
