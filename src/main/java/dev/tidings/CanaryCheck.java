package dev.tidings;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while events get through, which is what clients come for. */
@Readiness
@ApplicationScoped
public class CanaryCheck implements HealthCheck {
    private final Canary canary;

    CanaryCheck(Canary canary) {
        this.canary = canary;
    }

    @Override
    public HealthCheckResponse call() {
        List<Integer> overdue = canary.overdue();
        return HealthCheckResponse.named("events get through")
                .status(overdue.isEmpty())
                .withData("shards overdue", overdue.toString())
                .build();
    }
}
