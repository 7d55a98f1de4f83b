package dev.tidings.source;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/**
 * What is looked at and how often. Values are text here: {@link PlanReader} reads them, so that an impossible one is told in
 * the same words whatever it should have been.
 *
 * <p>Two pollers need no configuration: one named {@code host}, of kind {@code host}, and one named {@code tmux}, of kind
 * {@code tmux}, when a {@code tmux} program is found. {@code tidings.pollers.tmux.enabled=false} turns the latter off.
 */
@ConfigMapping(prefix = "tidings.pollers")
public interface PollersConfig {
    /** By name: 1 to 64 letters, digits, {@code _} and {@code -}. */
    @WithParentName
    @WithDefaults
    Map<String, PollerConfig> pollers();

    /** What can be set for a poller. */
    interface PollerConfig {
        /**
         * What it looks at: {@code tmux}, {@code http} or {@code host}. Only the pollers named {@code tmux} and {@code host}
         * may leave it out.
         */
        Optional<String> kind();

        /** Whether it runs, {@code true} or {@code false}; what else is set for it has to be possible all the same. */
        @WithDefault("true")
        String enabled();

        /** How often it looks, {@code 100ms} to {@code 1d}. */
        @WithDefault("2s")
        String interval();

        /** By what part of the interval a look may be earlier or later, {@code 0} to {@code 0.5}. */
        @WithDefault("0.1")
        String jitter();

        /** How long a look may take before the source counts as not reached, {@code 50ms} to {@code 10m}. */
        @WithDefault("5s")
        String timeout();

        /**
         * The longest wait between two tries while the source cannot be reached, {@code 0s} to {@code 1d}. Tries begin an interval
         * apart, and each waits twice as long as the one before.
         */
        @WithDefault("30s")
        String backOff();

        /** The tenant whose channels it writes. */
        @WithDefault("default")
        String tenant();

        /**
         * Kind {@code tmux}: which server. What contains a {@code /} is a socket's path (tmux's {@code -S}), anything else a
         * socket's name (tmux's {@code -L}), below {@code TMUX_TMPDIR}; the default server unless set.
         */
        Optional<String> socket();

        /**
         * Kind {@code tmux}: whether {@code tmux.pane.output} carries the last lines of the pane, at most 20 lines and 4096
         * characters. They may hold anything that somebody has on the screen. {@code false} unless set.
         */
        Optional<String> content();

        /**
         * Kind {@code tmux}: how many events are told in a session's channel in a second on average, besides the changes of
         * its state, {@code 1} to {@code 10000}; {@code 200} unless set. What is beyond is counted in one event for each look.
         */
        Optional<String> eventsPerSecond();

        /** Kind {@code tmux}: how many of them at once, {@code 1} to {@code 20000}; {@code 1000} unless set. */
        Optional<String> burst();

        /** Kind {@code http}: what to get, an {@code http} or {@code https} URL without user and password. */
        Optional<String> url();

        /**
         * Kind {@code http}: where in the answer the state is, as a JSON Pointer such as {@code /data/rates}. There must be
         * an object; the whole answer unless set.
         */
        Optional<String> pointer();

        /** Kind {@code http}: the channel whose state the answer becomes; no other poller of the tenant may have it. */
        Optional<String> channel();

        /** Kind {@code http}: headers to send, by name. May hold secrets: they are never logged, nor sent to another host that the server
         * redirects to. */
        Map<String, String> headers();

        /**
         * Kind {@code http}: by how much a number has to change to be a change, by its JSON Pointer within the state, which
         * is to be quoted: {@code dead-band."/temperature"=0.5}. A smaller change, compared with what was published last,
         * is held back.
         */
        Map<String, String> deadBand();

        /** Kind {@code http}: the largest answer taken, {@code 1} to {@code 64M}; {@code 1M} unless set. */
        Optional<String> maxSize();
    }
}
