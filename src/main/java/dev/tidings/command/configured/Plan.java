package dev.tidings.command.configured;

import dev.tidings.command.tmux.TmuxCommand;
import dev.tidings.command.webhook.WebhookTarget;
import dev.tidings.event.ChannelPattern;
import dev.tidings.source.tmux.TmuxServer;
import java.time.Duration;
import java.util.Set;

/** A handler as configured, found to be possible. */
record Plan(String name, String tenant, ChannelPattern pattern, boolean enabled, Kind kind) {
    /** What it is. */
    sealed interface Kind {}

    record Webhook(WebhookTarget target) implements Kind {}

    record Tmux(TmuxServer server, Set<TmuxCommand> allowed, Duration timeout) implements Kind {}
}
