package dev.tidings;

import dev.tidings.alert.AlertObserver;
import dev.tidings.alert.Alerts;
import dev.tidings.intake.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Counts what alerts do. */
final class AlertMeters implements AlertObserver {
    private static final Logger LOG = Logger.getLogger("dev.tidings.alert");

    private final MeterRegistry registry;
    private final Counter events;
    private final Counter seconds;
    private final Map<HookOutcome, Counter> hooks = new EnumMap<>(HookOutcome.class);

    AlertMeters(MeterRegistry registry) {
        this.registry = registry;
        this.events = Counter.builder("tidings.alert.evaluated")
                .description("Events that this instance has evaluated, of namespaces that there are rules about")
                .register(registry);
        this.seconds = Counter.builder("tidings.alert.evaluation.seconds")
                .description("Time that evaluating them took, in seconds")
                .register(registry);
        for (HookOutcome outcome : HookOutcome.values()) {
            hooks.put(
                    outcome,
                    Counter.builder("tidings.alert.webhooks")
                            .description("Calls of webhooks by this instance, by how they went")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        // So that each is there before it happens.
        Stream.of("raised", "cleared", "acknowledged", "undelivered")
                .forEach(type -> counter("alert." + type).increment(0));
    }

    /** Shows what rules and alerts there are. */
    void show(Alerts alerts) {
        Gauge.builder("tidings.alert.rules", alerts, Alerts::rules)
                .description("Alert rules, of all tenants")
                .register(registry);
        Gauge.builder("tidings.alerts.raised", alerts, Alerts::raised)
                .description("Alerts that are raised, of all tenants")
                .register(registry);
    }

    @Override
    public void evaluated(int count, long nanos) {
        events.increment(count);
        seconds.increment((double) nanos / TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public void told(String type) {
        counter(type).increment();
    }

    private Counter counter(String type) {
        return Counter.builder("tidings.alert.events")
                .description("Events of alerts that this instance was the first to tell")
                .tag("event", type)
                .register(registry);
    }

    @Override
    public void refused(String rule, Outcome why) {
        LOG.warnf("what rule %s has found is not admitted in its channel: %s", rule, why);
    }

    @Override
    public void called(HookOutcome outcome) {
        Counter counter = hooks.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }
}
