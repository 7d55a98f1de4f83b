package dev.tidings.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may do what. */
@ConfigMapping(prefix = "tidings.auth")
public interface AuthConfig {
    /**
     * The secret that tokens are signed with by HS256, at least 32 bytes. Instead of it the standard keys
     * {@code mp.jwt.verify.*} can name a public key. With neither the service starts on a loopback address only, with a
     * secret of its own.
     */
    Optional<String> secret();

    /** The claim that names the tenant. */
    @WithDefault("tenant")
    String tenantClaim();

    /** By role, as in the claim {@code groups}: the permissions it brings. */
    Map<String, List<String>> roles();

    /** What may be done without a token where a dialect allows that; nothing unless set. */
    Optional<List<String>> anonymous();

    /** How long a client may take to show a token. */
    @WithDefault("10s")
    Duration authenticateWithin();

    /** Origins of pages that may open sockets, such as {@code https://panel.example}; those of the same host unless set. */
    Optional<List<String>> allowedOrigins();
}
