package dev.tidings;

import dev.tidings.auth.Key;
import dev.tidings.source.Pollers;
import dev.tidings.source.PollersConfig;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Checks what was configured and sets going what does not wait to be asked. */
@Singleton
class Startup {
    private static final Logger LOG = Logger.getLogger("dev.tidings");

    private final Key key;
    private final PollersConfig pollersConfig;
    private final Config config;
    private final Instance<Canary> canary;
    private final Instance<Pollers> pollers;

    Startup(Key key, PollersConfig pollersConfig, Config config, Instance<Canary> canary, Instance<Pollers> pollers) {
        this.key = key;
        this.pollersConfig = pollersConfig;
        this.config = config;
        this.canary = canary;
        this.pollers = pollers;
    }

    void start(@Observes StartupEvent event) {
        try {
            key.check();
            Pollers.validate(pollersConfig);
            canary.get().start();
            pollers.get().start();
        } catch (IllegalArgumentException | IllegalStateException e) {
            // One line that names the key, not a stack trace: whoever starts the service can mend it.
            throw new PreventFurtherStepsException(e.getMessage(), 1);
        }
        welcome();
    }

    void stop(@Observes ShutdownEvent event) {
        pollers.get().close();
    }

    private void welcome() {
        String address = "http://" + config.getValue("quarkus.http.host", String.class) + ':'
                + config.getValue("quarkus.http.port", String.class);
        if (key.isQuickStart()) {
            LOG.infof("no key is configured: whoever is on this machine may do everything; see %s/", address);
        } else {
            LOG.infof("Tidings is at %s/", address);
        }
    }
}
