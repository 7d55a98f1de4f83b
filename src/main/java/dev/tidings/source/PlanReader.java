package dev.tidings.source;

import dev.tidings.source.PollersConfig.PollerConfig;
import dev.tidings.source.http.HttpTarget;
import dev.tidings.source.poll.Allowance;
import dev.tidings.source.poll.Pacing;
import dev.tidings.source.poll.PollerRunner;
import java.time.Duration;
import java.util.Map;

/** Reads one poller's configuration. What is impossible is told in one line that names the key. */
final class PlanReader {
    private static final String KINDS = "tmux, http or host";
    private static final int MOST_PER_SECOND = 10_000;
    private static final int MOST_AT_ONCE = 20_000;

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
        keys.name(name);
        boolean known = name.equals("tmux") || name.equals("host");
        String kind = config.kind().orElse(known ? name : "");
        Pacing pacing = new Pacing(
                keys.duration(".interval", config.interval(), "100ms", "1d"),
                keys.number(".jitter", config.jitter(), 0, 0.5),
                keys.duration(".back-off", config.backOff(), "0s", "1d"));
        Duration timeout = keys.duration(".timeout", config.timeout(), "50ms", "10m");
        boolean enabled = keys.flag(".enabled", config.enabled());
        keys.tenant(config.tenant());
        Plan.Source source = switch (kind) {
            case "tmux" -> tmux(timeout);
            case "http" -> http(timeout);
            case "host" -> host();
            case "" -> throw keys.missing(".kind", KINDS);
            default -> throw keys.impossible(".kind", kind, KINDS);
        };
        PollerRunner.Settings settings = new PollerRunner.Settings(name, config.tenant(), pacing, allowance());
        return new Plan(settings, source, enabled, config.kind().isEmpty());
    }

    /** Only kind tmux tells events, so only there it can be set. */
    private Allowance allowance() {
        return new Allowance(
                config.eventsPerSecond()
                        .map(found -> keys.count(".events-per-second", found, MOST_PER_SECOND))
                        .orElse(Allowance.DEFAULT.perSecond()),
                config.burst()
                        .map(found -> keys.count(".burst", found, MOST_AT_ONCE))
                        .orElse(Allowance.DEFAULT.burst()));
    }

    private Plan.Tmux tmux(Duration timeout) {
        refuseHttpSettings();
        return new Plan.Tmux(
                keys.tmuxServer(config.socket().orElse(null), environment),
                keys.flag(".content", config.content().orElse("false")),
                timeout);
    }

    private Plan.Host host() {
        refuseHttpSettings();
        refuseTmuxSettings();
        return new Plan.Host();
    }

    private Plan.Http http(Duration timeout) {
        refuseTmuxSettings();
        return new Plan.Http(new HttpTarget(
                keys.url(".url", config.url()),
                keys.headers(".headers.", config.headers()),
                keys.pointer(".pointer", config.pointer().orElse("")),
                keys.channel(".channel", config.channel()),
                keys.deadBands(".dead-band.", config.deadBand()),
                keys.size(".max-size", config.maxSize().orElse("1M"), "64M"),
                timeout));
    }

    private void refuseTmuxSettings() {
        keys.notOf("tmux", ".socket", config.socket().isPresent());
        keys.notOf("tmux", ".content", config.content().isPresent());
        keys.notOf("tmux", ".events-per-second", config.eventsPerSecond().isPresent());
        keys.notOf("tmux", ".burst", config.burst().isPresent());
    }

    private void refuseHttpSettings() {
        keys.notOf("http", ".url", config.url().isPresent());
        keys.notOf("http", ".channel", config.channel().isPresent());
        keys.notOf("http", ".pointer", config.pointer().isPresent());
        keys.notOf("http", ".headers", !config.headers().isEmpty());
        keys.notOf("http", ".dead-band", !config.deadBand().isEmpty());
        keys.notOf("http", ".max-size", config.maxSize().isPresent());
    }
}
