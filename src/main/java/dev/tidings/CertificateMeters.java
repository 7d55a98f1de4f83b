package dev.tidings;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Shows until when the certificates are good that this instance shows others, as they are now: they may be loaded anew. */
@Singleton
class CertificateMeters {
    /** Of a configuration with a name; that without is the default one. */
    private static final Pattern KEY_STORE =
            Pattern.compile("quarkus\\.tls\\.(?:(?<name>[^.\"]+|\"[^\"]+\")\\.)?key-store\\..+");

    private final Config config;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry registry;

    CertificateMeters(Config config, TlsConfigurationRegistry tls, MeterRegistry registry) {
        this.config = config;
        this.tls = tls;
        this.registry = registry;
    }

    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        for (String name : names(config.getPropertyNames())) {
            // Some keys of the default one have values of their own, whether it has certificates or not.
            (name.isEmpty() ? tls.getDefault() : tls.get(name))
                    .filter(each -> each.getKeyStore() != null)
                    .ifPresent(each -> show(name, each));
        }
    }

    /** The names of the configurations that have a key store; that of the default one is empty. */
    static Set<String> names(Iterable<String> keys) {
        Set<String> names = new TreeSet<>();
        for (String key : keys) {
            Matcher matcher = KEY_STORE.matcher(key);
            if (matcher.matches()) {
                String name = matcher.group("name");
                names.add(name == null ? "" : name.replace("\"", ""));
            }
        }
        return names;
    }

    private void show(String name, TlsConfiguration configuration) {
        Gauge.builder("tidings.certificate.expiry.timestamp", configuration, each -> expiry(each.getKeyStore()))
                .description("When the certificate ends that this instance shows others, in seconds since the epoch")
                .baseUnit("seconds")
                .tag("certificate", name.isEmpty() ? "default" : name)
                .register(registry);
    }

    /** When the first of a store's certificates ends, in seconds since the epoch; NaN when it has none. */
    static double expiry(@Nullable KeyStore store) {
        if (store == null) {
            return Double.NaN;
        }
        try {
            double first = Double.NaN;
            for (String alias : Collections.list(store.aliases())) {
                Certificate certificate = store.getCertificate(alias);
                if (certificate instanceof X509Certificate known) {
                    double end = known.getNotAfter().toInstant().getEpochSecond();
                    first = Double.isNaN(first) ? end : Math.min(first, end);
                }
            }
            return first;
        } catch (KeyStoreException e) {
            return Double.NaN;
        }
    }
}
