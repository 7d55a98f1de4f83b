package dev.tidings;

import dev.tidings.auth.QuickStart;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.connection.ws.Drain;
import dev.tidings.presence.Rooms;
import dev.tidings.source.Pollers;
import dev.tidings.source.freshness.Freshness;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Checks what was configured and sets going what does not wait to be asked. */
@Singleton
class Startup {
    private static final Logger LOG = Logger.getLogger("dev.tidings");

    private final SettingsCheck settings;
    private final QuickStart quickStart;
    private final Instance<CursorKey> cursorKey;
    private final Instance<Canary> canary;
    private final Instance<Pollers> pollers;
    private final Instance<Rooms> rooms;
    private final Instance<Freshness> freshness;

    /** What is an {@code Instance} is made when the settings are known to work. */
    Startup(
            SettingsCheck settings,
            QuickStart quickStart,
            Instance<CursorKey> cursorKey,
            Instance<Canary> canary,
            Instance<Pollers> pollers,
            Instance<Rooms> rooms,
            Instance<Freshness> freshness) {
        this.settings = settings;
        this.quickStart = quickStart;
        this.cursorKey = cursorKey;
        this.canary = canary;
        this.pollers = pollers;
        this.rooms = rooms;
        this.freshness = freshness;
    }

    void start(@Observes StartupEvent event) {
        try {
            settings.run();
            cursorKey.get().load();
            // Before anybody is present: an instance without connections looks after those of the others, too.
            rooms.get();
            canary.get().start();
            freshness.get().start();
            pollers.get().start();
        } catch (IllegalArgumentException | IllegalStateException e) {
            refuse(e);
        }
    }

    /** Says where it is, once it is there. */
    void welcome(@ObservesAsync HttpServerStart started) {
        HttpServerOptions options = started.options();
        if (quickStart.isOn()) {
            LOG.info("no key is configured: whoever is on this machine may do everything");
        }
        LOG.infof("Tidings is at http://%s:%d/", options.getHost(), options.getPort());
    }

    /** Before anything is stopped: others may poll, and take the clients, while this one still answers. */
    void stop(@Observes ShutdownDelayInitiatedEvent event, Drain drain, ConnectionConfig connections) {
        pollers.get().close();
        freshness.get().close();
        drain.run(connections.drain());
    }

    /** Ends the process with one line that names the key. An exception would be shown with its stack trace. */
    private static void refuse(RuntimeException why) {
        System.err.println(why.getMessage());
        Runtime.getRuntime().halt(1);
    }
}
