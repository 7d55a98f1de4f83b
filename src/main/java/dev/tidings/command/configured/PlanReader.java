package dev.tidings.command.configured;

import dev.tidings.command.configured.CommandsConfig.HandlerConfig;
import dev.tidings.command.tmux.TmuxCommand;
import dev.tidings.command.webhook.WebhookTarget;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.source.Keys;
import dev.tidings.source.tmux.TmuxPoller;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads one handler's configuration. What is impossible is told in one line that names the key. */
final class PlanReader {
    private static final String KINDS = "webhook or tmux";
    private static final int SHORTEST_SECRET = 16;

    private final Keys keys;
    private final String name;
    private final HandlerConfig config;
    private final Map<String, String> environment;

    private PlanReader(String name, HandlerConfig config, Map<String, String> environment) {
        this.keys = new Keys("tidings.commands." + name);
        this.name = name;
        this.config = config;
        this.environment = environment;
    }

    /** @throws IllegalArgumentException when it is impossible */
    static Plan read(String name, HandlerConfig config, Map<String, String> environment) {
        return new PlanReader(name, config, environment).read();
    }

    private Plan read() {
        keys.name(name);
        boolean enabled = keys.flag(".enabled", config.enabled());
        Duration timeout = keys.duration(".timeout", config.timeout(), "50ms", "5m");
        keys.tenant(config.tenant());
        return switch (config.kind()) {
            case "webhook" -> new Plan(name, config.tenant(), pattern(""), enabled, webhook(timeout));
            case "tmux" ->
                new Plan(name, config.tenant(), pattern(TmuxPoller.NAMESPACE + ":*"), enabled, tmux(timeout));
            default -> throw keys.impossible(".kind", config.kind(), KINDS);
        };
    }

    /** @param otherwise the pattern unless one is set; empty when one has to be */
    private ChannelPattern pattern(String otherwise) {
        String text = config.pattern().orElse(otherwise);
        if (text.isEmpty()) {
            throw keys.missing(".pattern", "the channel or pattern whose commands it answers, such as deploy:*");
        }
        try {
            return new ChannelPattern(text);
        } catch (Invalid e) {
            throw keys.impossible(".pattern", text, "namespace, namespace:id, namespace:* or namespace:prefix*");
        }
    }

    private Plan.Webhook webhook(Duration timeout) {
        keys.notOf("tmux", ".allow", config.allow().isPresent());
        keys.notOf("tmux", ".socket", config.socket().isPresent());
        config.secret()
                .ifPresent(secret -> keys.require(
                        secret.length() >= SHORTEST_SECRET,
                        ".secret",
                        "not shown",
                        "at least " + SHORTEST_SECRET + " characters"));
        return new Plan.Webhook(new WebhookTarget(
                keys.url(".url", config.url()),
                config.secret().orElse(null),
                keys.headers(".headers.", config.headers()),
                timeout,
                keys.size(".max-size", config.maxSize().orElse("1M"), "16M")));
    }

    private Plan.Tmux tmux(Duration timeout) {
        keys.notOf("webhook", ".url", config.url().isPresent());
        keys.notOf("webhook", ".secret", config.secret().isPresent());
        keys.notOf("webhook", ".headers", !config.headers().isEmpty());
        keys.notOf("webhook", ".max-size", config.maxSize().isPresent());
        ChannelPattern pattern = pattern(TmuxPoller.NAMESPACE + ":*");
        keys.require(
                pattern.namespace().equals(TmuxPoller.NAMESPACE),
                ".pattern",
                pattern.text(),
                "sessions' channels, such as tmux:* or tmux:work");
        return new Plan.Tmux(keys.tmuxServer(config.socket().orElse(null), environment), allowed(), timeout);
    }

    private Set<TmuxCommand> allowed() {
        if (config.allow().isEmpty()) {
            throw keys.missing(".allow", "any of " + TmuxCommand.all());
        }
        Set<TmuxCommand> allowed = EnumSet.noneOf(TmuxCommand.class);
        for (String each : config.allow().get().split(",", -1)) {
            allowed.add(Arrays.stream(TmuxCommand.values())
                    .filter(command -> command.text().equals(each.strip()))
                    .findFirst()
                    .orElseThrow(() -> keys.impossible(".allow", each.strip(), "any of " + TmuxCommand.all())));
        }
        return allowed;
    }
}
