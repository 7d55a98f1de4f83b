package dev.tidings;

import dev.tidings.operator.RevocationLog;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready before it is known which tokens are revoked. */
@Readiness
@ApplicationScoped
public class RevocationsCheck implements HealthCheck {
    private final RevocationLog revocations;

    RevocationsCheck(RevocationLog revocations) {
        this.revocations = revocations;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("revoked tokens are known")
                .status(revocations.isReady())
                .build();
    }
}
