package dev.tidings;

import dev.tidings.connection.Drain;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready any more once clients are sent elsewhere. */
@Readiness
@ApplicationScoped
public class DrainCheck implements HealthCheck {
    private final Drain drain;

    DrainCheck(Drain drain) {
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("not about to stop")
                .status(!drain.isRunning())
                .build();
    }
}
