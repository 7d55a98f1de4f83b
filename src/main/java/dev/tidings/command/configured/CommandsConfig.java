package dev.tidings.command.configured;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/**
 * Handlers of commands that are no connections. Values are text here: {@link PlanReader} reads them, so that an impossible
 * one is told in the same words whatever it should have been. There are none unless somebody configures them.
 */
@ConfigMapping(prefix = "tidings.commands")
public interface CommandsConfig {
    /** By name: 1 to 64 letters, digits, {@code _} and {@code -}. */
    @WithParentName
    Map<String, HandlerConfig> handlers();

    /** What can be set for a handler. */
    interface HandlerConfig {
        /** What it is: {@code webhook} or {@code tmux}. */
        @WithDefault("webhook")
        String kind();

        /** Whether it answers, {@code true} or {@code false}. */
        @WithDefault("true")
        String enabled();

        /** The tenant whose commands it answers. */
        @WithDefault("default")
        String tenant();

        /** The channel or pattern whose commands it answers; for the kind {@code tmux} {@code tmux:*} unless set. */
        Optional<String> pattern();

        /** How long it may take, {@code 50ms} to {@code 5m}; no longer than the caller waits. */
        @WithDefault("30s")
        String timeout();

        /** Kind {@code webhook}: where to send commands, an {@code http} or {@code https} URL without user and password. */
        Optional<String> url();

        /** Kind {@code webhook}: what the signature is made with, at least 16 characters. Without it nothing is signed. */
        Optional<String> secret();

        /** Kind {@code webhook}: headers to send, by name. May hold secrets: they are never logged. */
        Map<String, String> headers();

        /** Kind {@code webhook}: the largest answer taken, {@code 1} to {@code 16M}; {@code 1M} unless set. */
        Optional<String> maxSize();

        /**
         * Kind {@code tmux}: which commands are carried out: any of {@code send-keys}, {@code new-session} and
         * {@code kill-session}, with commas between them. Whoever may give {@code send-keys} can do on this machine whatever
         * the user can whose sessions they are.
         */
        Optional<String> allow();

        /** Kind {@code tmux}: which server, as for a poller of that kind; the default server unless set. */
        Optional<String> socket();
    }
}
