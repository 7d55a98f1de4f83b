package dev.tidings.command.configured;

import dev.tidings.command.Commands;
import dev.tidings.command.Handler;
import dev.tidings.command.Registration;
import dev.tidings.command.tmux.TmuxHandler;
import dev.tidings.command.webhook.Webhook;
import dev.tidings.source.http.HttpClients;
import dev.tidings.source.tmux.Tmux;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The handlers that are configured: webhooks, and those for tmux. */
public final class ConfiguredHandlers implements AutoCloseable {
    private final List<Plan> plans;
    private final Commands commands;
    private final Clock clock;
    private final List<Registration> registrations = new ArrayList<>();
    private final List<TmuxHandler> tmux = new ArrayList<>();
    /** Made when the first webhook needs it: it has a thread of its own. */
    private @Nullable HttpClient http;

    /** @throws IllegalArgumentException when the configuration is impossible, as {@link #validate} does */
    public ConfiguredHandlers(CommandsConfig config, Commands commands, Clock clock) {
        this.plans = plans(config);
        this.commands = commands;
        this.clock = clock;
    }

    /**
     * Checks the configuration of all handlers.
     *
     * @throws IllegalArgumentException when it is impossible; the message names the key, what was found and what is allowed,
     *     in one line
     */
    public static void validate(CommandsConfig config) {
        List<Plan> unused = plans(config);
    }

    private static List<Plan> plans(CommandsConfig config) {
        Map<String, String> environment = System.getenv();
        List<Plan> plans = new ArrayList<>();
        new TreeMap<>(config.handlers())
                .forEach((name, handler) -> plans.add(PlanReader.read(name, handler, environment)));
        return plans;
    }

    /** They answer from now on. */
    public synchronized void start() {
        for (Plan plan : plans) {
            if (plan.enabled()) {
                Registration registration = commands.register(plan.tenant(), plan.name(), handler(plan));
                registration.add(plan.pattern());
                registrations.add(registration);
            }
        }
    }

    private Handler handler(Plan plan) {
        return switch (plan.kind()) {
            case Plan.Webhook(var target) -> new Webhook(plan.name(), target, http(), clock);
            case Plan.Tmux(var server, var allowed, var timeout) -> {
                TmuxHandler handler = new TmuxHandler(plan.name(), new Tmux(server, timeout), allowed);
                tmux.add(handler);
                yield handler;
            }
        };
    }

    private HttpClient http() {
        if (http == null) {
            http = HttpClients.withoutRedirects();
        }
        return http;
    }

    /** They are given no more; what they have and have not answered ends as failed. */
    @Override
    public synchronized void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        tmux.forEach(TmuxHandler::close);
        tmux.clear();
        if (http != null) {
            http.shutdownNow();
            http = null;
        }
    }
}
