package dev.tidings.dialect.projects;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** Lets nobody connect who shows no token with the handshake. Whether a token is good is seen to for all endpoints. */
@ApplicationScoped
public class TokenFirst implements HttpUpgradeCheck {
    @Override
    public boolean appliesTo(String endpointId) {
        return endpointId.equals(ProjectsEndpoint.ID);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        return upgrade.httpRequest().getHeader(HttpHeaders.AUTHORIZATION) == null
                ? CheckResult.rejectUpgrade(401, Map.of("WWW-Authenticate", List.of("Bearer")))
                : CheckResult.permitUpgrade();
    }
}
