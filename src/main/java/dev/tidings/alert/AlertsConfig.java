package dev.tidings.alert;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What holds for alerts. */
@ConfigMapping(prefix = "tidings.alerts")
public interface AlertsConfig {
    /** The hosts that webhooks of rules may be on, as in their URLs, without port; any unless set. Set it where those who write rules
     * should not reach all that this service can reach. */
    Optional<List<String>> webhookHosts();

    /** How long a webhook may take, {@code 50ms} to {@code 1m}. */
    @WithDefault("10s")
    Duration webhookTimeout();

    /** How often a webhook is called about the same until it takes it, {@code 1} to {@code 20}. */
    @WithDefault("8")
    int webhookAttempts();

    /** How long to wait before the second call, {@code 10ms} to {@code 1m}; doubled before each further one, up to a minute. Half to all of it, by chance. */
    @WithDefault("1s")
    Duration webhookBackoff();
}
