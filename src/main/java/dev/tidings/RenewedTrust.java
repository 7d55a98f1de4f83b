package dev.tidings;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts whom another one trusts, which is asked for at every handshake. Not one of the extended kind: so the JDK itself sees to it
 * that the certificate is for the host that was meant, whatever kind the other is.
 */
final class RenewedTrust implements X509TrustManager {
    private final Supplier<X509TrustManager> current;

    RenewedTrust(Supplier<X509TrustManager> current) {
        this.current = current;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        current.get().checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        current.get().checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return current.get().getAcceptedIssuers();
    }
}
