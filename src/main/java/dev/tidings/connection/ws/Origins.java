package dev.tidings.connection.ws;

import dev.tidings.auth.AuthConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Which pages may connect: those of the same host, or those that {@code tidings.auth.allowed-origins} names. */
@Singleton
public class Origins {
    private static final Logger LOG = Logger.getLogger("dev.tidings.connection");

    private final List<String> allowed;

    Origins(AuthConfig config) {
        this.allowed = config.allowedOrigins().orElse(List.of());
    }

    /**
     * True when a request may become a connection. Browsers say which page it comes from; other clients say nothing and are
     * not held to this (RFC 6455, 10.2).
     */
    public boolean allow(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null
                || allowed.contains(origin)
                || (allowed.isEmpty() && sameHost(origin, request.getHeader(HttpHeaders.HOST)))) {
            return true;
        }
        LOG.infof(
                "a page of %s may not connect: tidings.auth.allowed-origins does not name it",
                origin.replaceAll("\\p{Cntrl}", "?"));
        return false;
    }

    private static boolean sameHost(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return host != null && scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }
}
