package dev.tidings;

import dev.tidings.mqtt.BrokerStatus;
import dev.tidings.source.mqtt.MqttSources;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * How the brokers do, to be seen. Always up: clients are served all the same, and no other instance would have the broker
 * back any sooner.
 */
@Readiness
@ApplicationScoped
public class MqttCheck implements HealthCheck {
    private final MqttSources sources;

    MqttCheck(MqttSources sources) {
        this.sources = sources;
    }

    @Override
    public HealthCheckResponse call() {
        Map<String, BrokerStatus> all = sources.status();
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("mqtt brokers").up();
        if (!all.isEmpty()) {
            answer.withData("degraded", all.values().stream().anyMatch(BrokerStatus::isDegraded));
        }
        all.forEach((name, status) -> answer.withData(name, status.detail()));
        return answer.build();
    }
}
