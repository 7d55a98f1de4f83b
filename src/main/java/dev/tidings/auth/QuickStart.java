package dev.tidings.auth;

import dev.tidings.auth.key.SigningKeys;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A first try without any configuration: as long as no key is configured, the service signs tokens with a secret made for
 * this run. It runs on a loopback address only then, and must give tokens to callers on this machine only.
 */
@ApplicationScoped
public class QuickStart {
    private static final Duration LIFETIME = Duration.ofHours(12);

    private final SigningKeys keys;
    private final Clock clock;

    /**
     * A token that may do everything in the default tenant.
     *
     * @param expiresAt when it ends, in ms since the Unix epoch
     */
    public record Grant(String token, long expiresAt) {}

    QuickStart(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** True while no key is configured. */
    public boolean isOn() {
        return keys.madeUp().isPresent();
    }

    /** A new token; none when a key is configured. */
    public Optional<Grant> grant() {
        return keys.madeUp().map(secret -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            Instant end = now.plus(LIFETIME);
            String token = Jwt.claims()
                    .subject("quick-start")
                    .claim("permissions", List.of("*:*"))
                    .issuedAt(now)
                    .expiresAt(end)
                    .jws()
                    .algorithm(SignatureAlgorithm.HS256)
                    .sign(secret);
            return new Grant(token, end.toEpochMilli());
        });
    }
}
