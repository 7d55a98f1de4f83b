package dev.tidings;

import dev.tidings.connection.CursorSeal;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready before cursors can be given: whoever subscribed to a pattern would be refused. */
@Readiness
@ApplicationScoped
public class CursorKeyCheck implements HealthCheck {
    private final CursorSeal seal;

    CursorKeyCheck(CursorSeal seal) {
        this.seal = seal;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("cursors can be given")
                .status(seal.isReady())
                .build();
    }
}
