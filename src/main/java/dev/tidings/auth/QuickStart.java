package dev.tidings.auth;

import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tokens for a service that was started without a key, to be tried out on one machine. */
@ApplicationScoped
public class QuickStart {
    private static final Duration LIFE = Duration.ofHours(12);

    private final Key key;
    private final Clock clock;

    QuickStart(Key key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /**
     * A token and its end.
     *
     * @param expiresAt in ms since the Unix epoch
     */
    public record Token(String token, long expiresAt) {}

    /** A token that permits everything in the default tenant; none when the service has a key of its own. */
    public Optional<Token> token() {
        if (!key.isQuickStart()) {
            return Optional.empty();
        }
        long now = clock.millis() / 1000;
        long expires = now + LIFE.toSeconds();
        String token = Jwt.subject("quick-start")
                .issuedAt(now)
                .expiresAt(expires)
                .claim("permissions", List.of("*:*"))
                .sign(key.secretOfThisRun());
        return Optional.of(new Token(token, expires * 1000));
    }
}
