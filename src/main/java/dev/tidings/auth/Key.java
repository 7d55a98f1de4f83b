package dev.tidings.auth;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.Config;

/**
 * What tokens are verified with: the configured secret, a public key in the standard keys {@code mp.jwt.verify.*}, or, on
 * loopback and with neither, a secret made for this run.
 */
@ApplicationScoped
public class Key {
    private static final int MIN_BYTES = 32;
    private static final List<String> PUBLIC_KEYS =
            List.of("mp.jwt.verify.publickey", "mp.jwt.verify.publickey.location");

    private final SecretKey madeForThisRun;
    private final boolean quickStart;
    private final boolean publicKey;
    private final byte[] secret;
    private final String host;
    private final Instance<JWTAuthContextInfo> standard;

    Key(AuthConfig config, Config all, Instance<JWTAuthContextInfo> standard) {
        this.standard = standard;
        this.secret = config.secret().orElse("").getBytes(StandardCharsets.UTF_8);
        this.publicKey = PUBLIC_KEYS.stream()
                .anyMatch(name -> all.getOptionalValue(name, String.class).isPresent());
        this.quickStart = config.secret().isEmpty() && !publicKey;
        this.host = all.getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0");
        byte[] random = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(random);
        this.madeForThisRun = hmac(random);
    }

    /**
     * Checks that there is a key fit for the address that the service listens on.
     *
     * @throws IllegalStateException with one line that names the key, what was found and what is allowed
     */
    public void check() {
        if (quickStart && !isLoopback(host)) {
            throw new IllegalStateException(
                    "tidings.auth.secret: not set, and quarkus.http.host is " + host
                            + "; set a secret of at least 32 bytes or mp.jwt.verify.publickey.location, or listen on 127.0.0.1");
        }
        if (!quickStart && !publicKey && secret.length < MIN_BYTES) {
            throw new IllegalStateException(
                    "tidings.auth.secret: has " + secret.length + " bytes; HS256 needs at least " + MIN_BYTES);
        }
        if (publicKey && secret.length > 0) {
            throw new IllegalStateException(
                    "tidings.auth.secret: set together with mp.jwt.verify.publickey; tokens are verified with one of them");
        }
    }

    /** True when the secret was made for this run, because none is configured. */
    public boolean isQuickStart() {
        return quickStart;
    }

    /** The secret made for this run, for signing. */
    SecretKey secretOfThisRun() {
        return madeForThisRun;
    }

    /** How to verify: with one key, and only by the algorithm that goes with it. */
    JWTAuthContextInfo verification() {
        if (publicKey) {
            return new JWTAuthContextInfo(standard.get());
        }
        JWTAuthContextInfo info = new JWTAuthContextInfo(quickStart ? madeForThisRun : hmac(secret), null);
        info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.HS256));
        return info;
    }

    private static SecretKey hmac(byte[] secret) {
        // An empty key cannot be made; check() refuses it where it would be used.
        return new SecretKeySpec(secret.length == 0 ? new byte[MIN_BYTES] : secret, "HmacSHA256");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
