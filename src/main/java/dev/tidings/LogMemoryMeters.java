package dev.tidings;

import dev.tidings.log.EventLog;
import dev.tidings.log.MemoryEventLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Shows whether a log in memory has room, and what it lets go of for want of it. */
@Singleton
class LogMemoryMeters {
    private final EventLog log;
    private final MeterRegistry registry;

    LogMemoryMeters(EventLog log, MeterRegistry registry) {
        this.log = log;
        this.registry = registry;
    }

    /** Once the settings are known to work. */
    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        if (log instanceof MemoryEventLog memory) {
            Gauge.builder("tidings.log.memory.used", memory, it -> it.usage().taken())
                    .description("What the log has taken of the memory that it may take")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("tidings.log.memory.max", memory, it -> it.usage().bound())
                    .description("The memory that the log may take")
                    .baseUnit("bytes")
                    .register(registry);
            FunctionCounter.builder(
                            "tidings.log.pushed.out", memory, it -> it.usage().pushedOut())
                    .description("Events that gave way to others before their channel's history says so")
                    .register(registry);
        }
    }
}
