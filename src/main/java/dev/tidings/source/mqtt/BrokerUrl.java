package dev.tidings.source.mqtt;

import dev.tidings.source.Keys;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Where a broker is, as configured. */
public record BrokerUrl(String host, int port, boolean tls) {
    private static final String ALLOWED = "mqtt://host:port or mqtts://host:port, without user, password and path";
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final int LAST_PORT = 65_535;

    /**
     * @param key without the prefix of the keys
     * @throws IllegalArgumentException when it is missing or impossible; it is never shown as a whole, for it may hold a password
     */
    public static BrokerUrl read(Keys keys, String key, Optional<String> found) {
        if (found.isEmpty()) {
            throw keys.missing(key, ALLOWED);
        }
        URI url;
        try {
            url = new URI(found.get().strip());
        } catch (URISyntaxException e) {
            throw keys.impossible(key, "no URL", ALLOWED);
        }
        keys.require(url.getRawUserInfo() == null, key, "a URL with a user", ALLOWED);
        keys.require(url.getScheme() != null && url.getHost() != null, key, "no URL with a host", ALLOWED);
        boolean tls = url.getScheme().equals("mqtts");
        keys.require(tls || url.getScheme().equals("mqtt"), key, url.getScheme() + "://" + url.getHost(), ALLOWED);
        boolean bare = url.getRawPath().isEmpty() && url.getRawQuery() == null && url.getRawFragment() == null;
        keys.require(bare, key, "a URL with a path", ALLOWED);
        keys.require(
                url.getPort() != 0 && url.getPort() <= LAST_PORT, key, "port " + url.getPort(), "a port up to 65535");
        int port = url.getPort() >= 0 ? url.getPort() : tls ? TLS_PORT : PLAIN_PORT;
        return new BrokerUrl(url.getHost(), port, tls);
    }
}
