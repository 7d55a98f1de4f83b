package dev.tidings.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may do what.
 *
 * <p>Tokens are JWTs. They are verified with {@code tidings.auth.secret} (HS256) or with a public key by the standard keys
 * of MicroProfile JWT, one or the other:
 *
 * <ul>
 *   <li>{@code mp.jwt.verify.publickey}: the key itself, as PEM or JWK;
 *   <li>{@code mp.jwt.verify.publickey.location}: where it is: a file, {@code classpath:}, or a URL, which may be that of a
 *       JWK set. A set behind a URL is read again every five minutes, and when a token names a key that is not in it;
 *   <li>{@code mp.jwt.verify.publickey.algorithm}: the one algorithm accepted: {@code RS256} unless set, {@code ES256},
 *       {@code EdDSA} or another of these families;
 *   <li>{@code mp.jwt.verify.issuer} and {@code mp.jwt.verify.audiences}: what {@code iss} and {@code aud} must be; anything
 *       unless set. They hold for tokens of the secret too;
 *   <li>{@code smallrye.jwt.path.groups}: where a token has its roles if not in {@code groups}, such as
 *       {@code realm_access/roles}.
 * </ul>
 */
@ConfigMapping(prefix = "tidings.auth")
public interface AuthConfig {
    /**
     * The secret that tokens are signed with by HS256, at least 32 bytes. With neither this nor a public key the service
     * starts on a loopback address only, with a secret of its own for this run, and gives a token to whoever asks on the
     * same machine ({@code GET /quick-start}).
     */
    Optional<String> secret();

    /** The claim that names the tenant: 1 to 64 of letters, digits and {@code . _ -}, not beginning with {@code _}. */
    @WithDefault("tenant")
    String tenantClaim();

    /**
     * By role, as in the claim {@code groups}: the permissions it brings, such as {@code subscribe:device:*}.
     * <code>{sub}</code> in a channel's id stands for the token's subject; for a subject that cannot be part of an id the
     * permission does not hold.
     */
    Map<String, List<String>> roles();

    /**
     * What may be done without a token, in the default tenant, such as {@code subscribe:device:*}: by REST, {@code /ws/devices}, Socket.IO and
     * GraphQL; nothing unless set. Not {@code admin}, and not the verb {@code *}; what writes is warned of at start. Each address has the
     * limits of a subject.
     */
    Optional<List<String>> anonymous();

    /** How long a client may take to show a token. */
    @WithDefault("10s")
    Duration authenticateWithin();

    /** Origins of pages that may open sockets, such as {@code https://panel.example}; those of the same host unless set. */
    Optional<List<String>> allowedOrigins();
}
