package dev.tidings.alert;

import java.time.Duration;
import java.util.List;

/**
 * What holds for alerts.
 *
 * @param rules how many a tenant may have
 * @param hosts those that webhooks may be on; empty for any
 * @param timeout of a webhook
 * @param attempts how often a webhook is called about the same
 * @param backoff before the second call
 */
public record AlertSettings(int rules, List<String> hosts, Duration timeout, int attempts, Duration backoff) {
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    public AlertSettings {
        hosts = List.copyOf(hosts);
    }

    /**
     * From the configuration.
     *
     * @param rules how many a tenant may have
     * @throws IllegalArgumentException in one line that names the key, when it is impossible
     */
    public static AlertSettings of(AlertsConfig config, int rules) {
        require("webhook-timeout", config.webhookTimeout(), Duration.ofMillis(50), "50ms to 1m");
        require("webhook-backoff", config.webhookBackoff(), Duration.ofMillis(10), "10ms to 1m");
        if (config.webhookAttempts() < 1 || config.webhookAttempts() > 20) {
            throw impossible("webhook-attempts", config.webhookAttempts(), "1 to 20");
        }
        List<String> hosts = config.webhookHosts().orElse(List.of());
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9._:\\[\\]-]{1,253}")) {
                throw impossible("webhook-hosts", host, "hosts as in URLs, without scheme, port and path");
            }
        }
        return new AlertSettings(
                rules, hosts, config.webhookTimeout(), config.webhookAttempts(), config.webhookBackoff());
    }

    private static void require(String key, Duration found, Duration least, String allowed) {
        if (found.compareTo(least) < 0 || found.compareTo(LONGEST_BACKOFF) > 0) {
            throw impossible(key, found, allowed);
        }
    }

    private static IllegalArgumentException impossible(String key, Object found, String allowed) {
        return new IllegalArgumentException("tidings.alerts." + key + ": found " + found + ", allowed is " + allowed);
    }

    /** True when webhooks may be on that host. */
    boolean allowsHost(String host) {
        return hosts.isEmpty() || hosts.stream().anyMatch(host::equalsIgnoreCase);
    }

    /** How long to wait at most after so many failures. */
    Duration backoffAfter(int failures) {
        Duration wait = backoff.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(LONGEST_BACKOFF) < 0 ? wait : LONGEST_BACKOFF;
    }
}
