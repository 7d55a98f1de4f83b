package dev.tidings;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Sets going what does not wait to be asked. */
@Singleton
class Startup {
    void start(@Observes StartupEvent event, Canary canary) {
        canary.start();
    }
}
