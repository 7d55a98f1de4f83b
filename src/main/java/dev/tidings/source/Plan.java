package dev.tidings.source;

import dev.tidings.source.http.HttpTarget;
import dev.tidings.source.poll.PollerRunner;
import dev.tidings.source.tmux.TmuxServer;
import java.time.Duration;

/**
 * A poller as configured, found to be possible.
 *
 * @param optional true when nobody asked for it by its kind: it runs only if there is something to look at
 */
record Plan(PollerRunner.Settings settings, Source source, boolean enabled, boolean optional) {

    /** What it looks at. */
    sealed interface Source {}

    record Tmux(TmuxServer server, boolean content, Duration timeout) implements Source {}

    record Http(HttpTarget target) implements Source {}

    record Host() implements Source {}

    String name() {
        return settings.name();
    }

    String tenant() {
        return settings.tenant();
    }
}
