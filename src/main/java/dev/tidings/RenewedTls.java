package dev.tidings;

import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * Keys and trust of a client as Quarkus's TLS registry has them at each handshake. A client would keep those that were there when it
 * was made, and could not connect again once they have been renewed.
 */
final class RenewedTls {
    private RenewedTls() {}

    /**
     * Has every connection that is made with these options ask anew.
     *
     * @param options which have keys and trust, if any, from the registry
     * @param registered what is asked, at handshakes only
     * @param vertx likewise
     */
    static void use(NetClientOptions options, Supplier<TlsConfiguration> registered, Supplier<Vertx> vertx) {
        if (options.getTrustOptions() != null && !options.isTrustAll()) {
            options.setTrustOptions(TrustOptions.wrap(
                    new RenewedTrust(() -> trust(registered.get().getTrustStoreOptions(), vertx.get()))));
        }
        if (options.getKeyCertOptions() != null) {
            options.setKeyCertOptions(KeyCertOptions.wrap(
                    new RenewedKeys(() -> keys(registered.get().getKeyStoreOptions(), vertx.get()))));
        }
    }

    private static X509TrustManager trust(TrustOptions now, Vertx vertx) {
        try {
            return only(now.getTrustManagerFactory(vertx).getTrustManagers(), X509TrustManager.class);
        } catch (Exception e) {
            throw new IllegalStateException("what Redis is trusted by cannot be read", e);
        }
    }

    private static X509ExtendedKeyManager keys(KeyCertOptions now, Vertx vertx) {
        try {
            return only(now.getKeyManagerFactory(vertx).getKeyManagers(), X509ExtendedKeyManager.class);
        } catch (Exception e) {
            throw new IllegalStateException("the key for Redis cannot be read", e);
        }
    }

    private static <T> T only(Object[] managers, Class<T> kind) {
        return Arrays.stream(managers)
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }
}
