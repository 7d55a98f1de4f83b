package dev.tidings.source;

import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import dev.tidings.source.PollersConfig.PollerConfig;
import dev.tidings.source.http.HttpTarget;
import dev.tidings.source.poll.Pacing;
import dev.tidings.source.poll.PollerRunner;
import dev.tidings.source.tmux.TmuxServer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads one poller's configuration. What is impossible is told in one line that names the key. */
final class PlanReader {
    private static final String KINDS = "tmux, http or host";
    private static final Duration DAY = Duration.ofDays(1);

    private final Keys keys;
    private final String name;
    private final PollerConfig config;
    private final Map<String, String> environment;

    private PlanReader(String name, PollerConfig config, Map<String, String> environment) {
        this.keys = new Keys("tidings.pollers." + name);
        this.name = name;
        this.config = config;
        this.environment = environment;
    }

    /** @throws IllegalArgumentException when it is impossible */
    static Plan read(String name, PollerConfig config, Map<String, String> environment) {
        return new PlanReader(name, config, environment).read();
    }

    private Plan read() {
        keys.require(name.matches("[A-Za-z0-9_-]{1,64}"), "", name, "a name of 1 to 64 letters, digits, _ and -");
        boolean known = name.equals("tmux") || name.equals("host");
        String kind = config.kind().orElse(known ? name : "");
        Duration interval = keys.between(".interval", config.interval(), Duration.ofMillis(100), DAY);
        keys.between(".timeout", config.timeout(), Duration.ofMillis(50), Duration.ofMinutes(10));
        keys.between(".back-off", config.backOff(), Duration.ZERO, DAY);
        keys.require(
                config.jitter() >= 0 && config.jitter() <= 0.5, ".jitter", config.jitter(), "a number from 0 to 0.5");
        keys.require(!config.tenant().isBlank(), ".tenant", config.tenant(), "the name of a tenant");
        Plan.Source source = switch (kind) {
            case "tmux" -> tmux();
            case "http" -> http();
            case "host" -> host();
            case "" -> throw keys.missing(".kind", KINDS);
            default -> throw keys.impossible(".kind", kind, KINDS);
        };
        Pacing pacing = new Pacing(interval, config.jitter(), config.backOff());
        return new Plan(
                new PollerRunner.Settings(name, config.tenant(), pacing),
                source,
                config.kind().isEmpty());
    }

    private Plan.Tmux tmux() {
        onlyOtherKinds("http", config.url(), ".url");
        onlyOtherKinds("http", config.channel(), ".channel");
        config.socket()
                .ifPresent(socket -> keys.require(
                        !socket.isBlank(), ".socket", socket, "the path of a socket, or a name for tmux's -L"));
        TmuxServer server = TmuxServer.of(config.socket().orElse(null), tmuxEnvironment());
        return new Plan.Tmux(server, config.content(), config.timeout());
    }

    private Map<String, String> tmuxEnvironment() {
        String directory = environment.get("TMUX_TMPDIR");
        return directory == null ? Map.of() : Map.of("TMUX_TMPDIR", directory);
    }

    private Plan.Host host() {
        onlyOtherKinds("http", config.url(), ".url");
        onlyOtherKinds("http", config.channel(), ".channel");
        onlyOtherKinds("tmux", config.socket(), ".socket");
        return new Plan.Host();
    }

    private Plan.Http http() {
        onlyOtherKinds("tmux", config.socket(), ".socket");
        long maxSize = config.maxSize().asLongValue();
        keys.require(maxSize >= 1 && maxSize <= 64 << 20, ".max-size", maxSize, "1 to 64M bytes");
        return new Plan.Http(new HttpTarget(
                keys.url(".url", config.url()),
                keys.headers(".headers.", config.headers()),
                keys.pointer(".pointer", config.pointer().orElse("")),
                channel(),
                keys.deadBands(".dead-band.", config.deadBand()),
                (int) maxSize,
                config.timeout()));
    }

    private Channel channel() {
        String channel = config.channel().orElse("");
        if (channel.isEmpty()) {
            throw keys.missing(".channel", "the channel to publish on, such as rates:eur");
        }
        try {
            return new Channel(channel);
        } catch (Invalid e) {
            throw keys.impossible(".channel", channel, "namespace or namespace:id (" + e.getMessage() + ")");
        }
    }

    private void onlyOtherKinds(String kind, Optional<String> value, String key) {
        keys.require(value.isEmpty(), key, value.orElse(""), "nothing: only a poller of kind " + kind + " has it");
    }
}
