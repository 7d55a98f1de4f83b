package dev.tidings.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/** Who is told what happens to events. */
@ConfigMapping(prefix = "tidings.tracing")
public interface TracingConfig {
    /** Where an OpenTelemetry collector takes OTLP over HTTP, such as {@code http://127.0.0.1:4318}; nothing is traced unless it is set. */
    Optional<String> endpoint();

    /** Which part of the events is traced whose publishers do not say, {@code 0} to {@code 1}. */
    @WithDefault("0.01")
    double ratio();

    /** Headers that the collector wants, such as one with a key. */
    Map<String, String> headers();
}
