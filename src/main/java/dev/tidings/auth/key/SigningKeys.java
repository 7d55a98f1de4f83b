package dev.tidings.auth.key;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.util.ResourceUtils;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Key;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import org.eclipse.microprofile.config.Config;
import org.jose4j.http.Get;
import org.jspecify.annotations.Nullable;

/** The keys of this service, read when they are first needed: at the start, if {@link #open} is called then. */
@ApplicationScoped
public class SigningKeys {
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int FETCH_TIMEOUT_MS = 5_000;

    /** More than any difference that the verifier itself, which is exact, would let pass. */
    private static final int LIBRARY_CLOCK_SKEW_SECONDS = 60;

    private final Config config;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Opened opened;

    private record Opened(KeySettings settings, JWTAuthContextInfo checks, Keys keys) {}

    SigningKeys(Config config) {
        this.config = config;
    }

    /**
     * Reads the configuration and the keys; waits up to ten seconds for those behind a URL.
     *
     * @throws IllegalStateException when the service must not start like this; one line that names the key to change
     */
    public void open() {
        opened();
    }

    /** The one algorithm that tokens are signed with. */
    public SignatureAlgorithm algorithm() {
        return opened().settings().algorithm();
    }

    /**
     * The key a token was signed with, or null when it is not known; one that is fetched may be known some seconds later.
     *
     * @param id the {@code kid} of the token's header
     */
    public @Nullable Key find(@Nullable String id) {
        return opened().keys().find(id);
    }

    /** The secret made for this run, if nobody configured a key. */
    public Optional<SecretKey> madeUp() {
        return opened().settings().source() instanceof KeySettings.Source.Secret(SecretKey key, boolean madeUp)
                        && madeUp
                ? Optional.of(key)
                : Optional.empty();
    }

    /** What SmallRye JWT is to check of a token, besides its signature. Shared: not to be changed. */
    public JWTAuthContextInfo checks() {
        return opened().checks();
    }

    private Opened opened() {
        Opened known = opened;
        if (known != null) {
            return known;
        }
        opening.lock();
        try {
            Opened made = opened;
            if (made == null) {
                KeySettings settings = KeySettings.read(config);
                made = new Opened(settings, checks(settings), keys(settings));
                opened = made;
            }
            return made;
        } finally {
            opening.unlock();
        }
    }

    private JWTAuthContextInfo checks(KeySettings settings) {
        JWTAuthContextInfo checks = new JWTAuthContextInfo();
        checks.setSignatureAlgorithm(Set.of(settings.algorithm()));
        // RSA keys of less than 2048 bits verify nothing.
        checks.setRelaxVerificationKeyValidation(false);
        checks.setRequireNamedPrincipal(false);
        // Whatever the lifetime; this also makes iat optional.
        checks.setMaxTimeToLiveSecs(0L);
        checks.setClockSkew(LIBRARY_CLOCK_SKEW_SECONDS);
        settings.issuer().ifPresent(checks::setIssuedBy);
        if (!settings.audiences().isEmpty()) {
            checks.setExpectedAudience(settings.audiences());
        }
        config.getOptionalValue("smallrye.jwt.path.groups", String.class).ifPresent(checks::setGroupsPath);
        return checks;
    }

    private static Keys keys(KeySettings settings) {
        return switch (settings.source()) {
            case KeySettings.Source.Secret secret -> KeySet.of(secret.key());
            case KeySettings.Source.Text(String text) -> parse(KeySettings.PUBLIC_KEY, text, settings.algorithm());
            case KeySettings.Source.Location(String location) -> located(location, settings.algorithm());
        };
    }

    private static Keys located(String location, SignatureAlgorithm algorithm) {
        if (location.startsWith("https:") || location.startsWith("http:")) {
            Get get = new Get();
            get.setConnectTimeout(FETCH_TIMEOUT_MS);
            get.setReadTimeout(FETCH_TIMEOUT_MS);
            get.setRetries(0);
            FetchedKeys keys = new FetchedKeys(() -> get.get(location).getBody(), algorithm, INTERVAL, PAUSE);
            keys.start(PATIENCE);
            return keys;
        }
        return parse(KeySettings.LOCATION + "=" + location, read(location), algorithm);
    }

    private static String read(String location) {
        try {
            String text = ResourceUtils.readResource(location);
            if (text == null) {
                throw new IOException("nothing there");
            }
            return text;
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException(
                    KeySettings.LOCATION + "=" + location + " cannot be read (" + e.getMessage()
                            + "): set it to a file or URL of a public key",
                    e);
        }
    }

    private static Keys parse(String setting, String text, SignatureAlgorithm algorithm) {
        try {
            return KeySet.parse(text, algorithm);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(setting + " holds " + e.getMessage(), e);
        }
    }

    @PreDestroy
    void close() throws Exception {
        Opened known = opened;
        if (known != null && known.keys() instanceof AutoCloseable fetched) {
            fetched.close();
        }
    }
}
