package dev.tidings.auth.key;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.Config;

/**
 * How tokens are to be verified, as configured.
 *
 * @param algorithm the only one accepted, whatever a token's header says
 * @param issuer what {@code iss} must be, if anything
 * @param audiences one of which {@code aud} must name; empty for any
 */
record KeySettings(SignatureAlgorithm algorithm, Source source, Optional<String> issuer, Set<String> audiences) {
    static final String SECRET = "tidings.auth.secret";
    static final String PUBLIC_KEY = "mp.jwt.verify.publickey";
    static final String LOCATION = "mp.jwt.verify.publickey.location";

    /** SmallRye JWT's word for a key that is not set. */
    private static final String UNSET = "NONE";

    private static final String ALGORITHM = "mp.jwt.verify.publickey.algorithm";
    private static final String HOST = "quarkus.http.host";
    private static final int SECRET_BYTES = 32;

    /** Where the key is. */
    sealed interface Source {
        /** @param madeUp true when nobody configured one: it was made for this run */
        record Secret(SecretKey key, boolean madeUp) implements Source {}

        /** The public key itself. */
        record Text(String text) implements Source {}

        /** A file, a resource or a URL. */
        record Location(String location) implements Source {}
    }

    /** @throws IllegalStateException when the service must not start like this; one line that names the key to change */
    static KeySettings read(Config config) {
        List<String> given = List.of(SECRET, PUBLIC_KEY, LOCATION).stream()
                .filter(key -> text(config, key).isPresent())
                .toList();
        if (given.size() > 1) {
            throw new IllegalStateException(String.join(" and ", given)
                    + " are set, but tokens are verified with one key: unset all but one of them");
        }
        Optional<String> secret = text(config, SECRET);
        if (given.isEmpty()) {
            return new KeySettings(SignatureAlgorithm.HS256, madeUp(config), Optional.empty(), Set.of());
        }
        Source source = secret.isPresent()
                ? new Source.Secret(secretKey(secret.get()), false)
                : text(config, PUBLIC_KEY)
                        .<Source>map(Source.Text::new)
                        .orElseGet(
                                () -> new Source.Location(text(config, LOCATION).orElseThrow()));
        return new KeySettings(
                secret.isPresent() ? SignatureAlgorithm.HS256 : algorithm(config),
                source,
                text(config, "mp.jwt.verify.issuer"),
                Set.copyOf(config.getOptionalValues("mp.jwt.verify.audiences", String.class)
                        .orElse(List.of())));
    }

    private static Source madeUp(Config config) {
        String host = text(config, HOST).orElse("localhost");
        if (!Loopback.isLoopback(host)) {
            throw new IllegalStateException(
                    SECRET + " is not set, and without a key the service starts on this machine's"
                            + " own address only, not on " + HOST + "=" + host + ": set " + SECRET + " to a secret of "
                            + SECRET_BYTES + " bytes or more, or " + LOCATION + " to the place of a public key");
        }
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return new Source.Secret(new SecretKeySpec(random, "HmacSHA256"), true);
    }

    private static SecretKey secretKey(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SECRET_BYTES) {
            throw new IllegalStateException(SECRET + " has " + bytes.length + " bytes, too few for HS256: set one of "
                    + SECRET_BYTES + " bytes or more");
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    private static SignatureAlgorithm algorithm(Config config) {
        String name = text(config, ALGORITHM).orElse("RS256");
        try {
            SignatureAlgorithm algorithm = SignatureAlgorithm.fromAlgorithm(name);
            if (!algorithm.getAlgorithm().startsWith("HS")) {
                return algorithm;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, like an algorithm that has no public keys.
        }
        throw new IllegalStateException(ALGORITHM + "=" + name + " is no algorithm with public keys: set it to RS256,"
                + " ES256, EdDSA or another of these families (for HS256 set " + SECRET + " instead)");
    }

    private static Optional<String> text(Config config, String key) {
        Optional<String> value = config.getOptionalValue(key, String.class).filter(text -> !text.equals(UNSET));
        if (value.isPresent() && value.get().isBlank()) {
            // Somebody meant to set it: without it the service might open what they meant to close.
            throw new IllegalStateException(key + " is set to nothing but blanks: set it to a value, or not at all");
        }
        return value;
    }
}
