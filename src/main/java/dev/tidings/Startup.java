package dev.tidings;

import dev.tidings.alert.Alerts;
import dev.tidings.auth.QuickStart;
import dev.tidings.command.configured.ConfiguredHandlers;
import dev.tidings.connection.Acknowledgements;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.connection.Drain;
import dev.tidings.operator.Audience;
import dev.tidings.operator.Connections;
import dev.tidings.operator.RevocationLog;
import dev.tidings.presence.Rooms;
import dev.tidings.source.Pollers;
import dev.tidings.source.freshness.Freshness;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
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

    /** How long the last acknowledgements of clients may take to be stored. */
    private static final long LAST_STORE_MS = 2000;

    private final SettingsCheck settings;
    private final QuickStart quickStart;
    private final Instance<CursorKey> cursorKey;
    private final Instance<Canary> canary;
    private final Instance<Pollers> pollers;
    private final Instance<Rooms> rooms;
    private final Instance<ConfiguredHandlers> handlers;
    private final Instance<RevocationLog> revocations;
    private final Instance<Connections> connections;
    private final Instance<Audience> audience;
    private final Instance<Acknowledgements> acknowledgements;
    private final Instance<Freshness> freshness;
    private final Instance<Alerts> alerts;

    /** What is an {@code Instance} is made when the settings are known to work. */
    Startup(
            SettingsCheck settings,
            QuickStart quickStart,
            Instance<CursorKey> cursorKey,
            Instance<Canary> canary,
            Instance<Pollers> pollers,
            Instance<Rooms> rooms,
            Instance<ConfiguredHandlers> handlers,
            Instance<RevocationLog> revocations,
            Instance<Connections> connections,
            Instance<Audience> audience,
            Instance<Acknowledgements> acknowledgements,
            Instance<Freshness> freshness,
            Instance<Alerts> alerts) {
        this.settings = settings;
        this.quickStart = quickStart;
        this.cursorKey = cursorKey;
        this.canary = canary;
        this.pollers = pollers;
        this.rooms = rooms;
        this.handlers = handlers;
        this.revocations = revocations;
        this.connections = connections;
        this.audience = audience;
        this.acknowledgements = acknowledgements;
        this.freshness = freshness;
        this.alerts = alerts;
    }

    void start(@Observes StartupEvent event) {
        try {
            KnownSettings.check(System.getenv());
            settings.run();
            cursorKey.get().load();
            revocations.get().start();
            // Other instances ask about this one's connections as soon as they know it.
            var unused = connections.get();
            var unusedAudience = audience.get();
            // Before anybody is present: an instance without connections looks after those of the others, too.
            rooms.get();
            canary.get().start();
            freshness.get().start();
            alerts.get().start();
            pollers.get().start();
            handlers.get().start();
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

    /** The same where it speaks TLS. */
    void welcome(@ObservesAsync HttpsServerStart started) {
        LOG.infof(
                "Tidings is at https://%s:%d/",
                started.options().getHost(), started.options().getPort());
    }

    /** Before anything is stopped: others may poll, and take the clients, while this one still answers. */
    void stop(@Observes ShutdownDelayInitiatedEvent event, Drain drain, ConnectionConfig connections) {
        pollers.get().close();
        freshness.get().close();
        alerts.get().close();
        drain.run(connections.drain());
        acknowledgements.get().close(LAST_STORE_MS);
    }

    /** Ends the process with one line that names the key. An exception would be shown with its stack trace. */
    private static void refuse(RuntimeException why) {
        System.err.println(why.getMessage());
        Runtime.getRuntime().halt(1);
    }
}
