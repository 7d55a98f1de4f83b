package dev.tidings;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Shows how long the certificates are still good that this service shows to others. */
@Singleton
class TlsMeters {
    /** What a certificate is for, and the setting that names where it is. */
    private static final Map<String, String> USES = Map.of(
            "http", "quarkus.http.tls-configuration-name",
            "redis", "quarkus.redis.tls-configuration-name");

    private final TlsConfigurationRegistry registry;
    private final Config config;
    private final MeterRegistry meters;
    private final Clock clock;

    TlsMeters(TlsConfigurationRegistry registry, Config config, MeterRegistry meters, Clock clock) {
        this.registry = registry;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        USES.forEach((use, setting) -> {
            Optional<String> name = config.getOptionalValue(setting, String.class);
            Optional<TlsConfiguration> tls = name.isPresent() || use.equals("http")
                    ? TlsConfiguration.from(registry, name).or(registry::getDefault)
                    : Optional.empty();
            // Asked each time: it is another one when it has been renewed.
            tls.filter(each -> each.getKeyStore() != null)
                    .ifPresent(each -> Gauge.builder("tidings.tls.certificate.expiry", each, this::secondsLeft)
                            .description(
                                    "How long the certificate is still good, the first that ends where there are several")
                            .baseUnit("seconds")
                            .tag("use", use)
                            .register(meters));
        });
    }

    private double secondsLeft(TlsConfiguration tls) {
        try {
            KeyStore store = tls.getKeyStore();
            long ends = Long.MAX_VALUE;
            for (String alias : Collections.list(store.aliases())) {
                Certificate[] chain = store.getCertificateChain(alias);
                for (Certificate each : chain == null ? new Certificate[] {store.getCertificate(alias)} : chain) {
                    if (each instanceof X509Certificate certificate) {
                        ends = Math.min(
                                ends, certificate.getNotAfter().toInstant().toEpochMilli());
                    }
                }
            }
            return ends == Long.MAX_VALUE ? Double.NaN : (ends - clock.millis()) / 1000.0;
        } catch (KeyStoreException e) {
            return Double.NaN;
        }
    }
}
