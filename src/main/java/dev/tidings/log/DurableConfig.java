package dev.tidings.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What holds for durable subscriptions. */
@ConfigMapping(prefix = "tidings.durable")
public interface DurableConfig {
    /** How long the position of a durable subscription is kept that nobody comes back to. */
    @WithDefault("7d")
    Duration keep();
}
