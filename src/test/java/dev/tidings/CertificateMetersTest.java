package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateMetersTest {
    @Test
    void thoseThatAreShownAreFound() {
        assertThat(CertificateMeters.names(List.of(
                        "quarkus.tls.key-store.pem.0.cert",
                        "quarkus.tls.key-store.pem.0.key",
                        "quarkus.tls.redis.key-store.p12.path",
                        "quarkus.tls.\"of the broker\".key-store.jks.path",
                        "quarkus.tls.trusting.trust-store.pem.certs",
                        "quarkus.tls.reload-period",
                        "quarkus.http.port")))
                .containsExactly("", "of the broker", "redis");
    }

    @Test
    void withoutACertificateThereIsNoEnd() throws Exception {
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        assertThat(CertificateMeters.expiry(empty)).isNaN();
        assertThat(CertificateMeters.expiry(null)).isNaN();
    }
}
