package dev.tidings;

import dev.tidings.alert.AlertSettings;
import dev.tidings.alert.Alerts;
import dev.tidings.alert.AlertsConfig;
import dev.tidings.intake.Intake;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogConfig;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.lease.RedisLease;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.Supplier;

/** Puts alerts together with what they need. */
@Singleton
class AlertWiring {
    private static final String LEASE = "alert-webhooks";

    @Produces
    @Singleton
    Alerts alerts(
            AlertsConfig config,
            LimitsConfig limits,
            LogConfig logConfig,
            EventLog log,
            Intake intake,
            MeterRegistry meters,
            Clock clock,
            RedisAccess redis) {
        Supplier<Lease> leases = LogConfig.Backend.of(logConfig) == LogConfig.Backend.REDIS
                ? () -> RedisLease.open(redis.client(), LEASE, RedisLease.Timing.DEFAULT)
                : () -> Lease.ALWAYS;
        AlertMeters observer = new AlertMeters(meters);
        Alerts alerts =
                new Alerts(log, intake::submit, leases, AlertSettings.of(config, limits.alertRules()), observer, clock);
        observer.show(alerts);
        return alerts;
    }

    void close(@Disposes Alerts alerts) {
        alerts.close();
    }
}
