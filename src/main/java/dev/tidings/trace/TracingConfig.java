package dev.tidings.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/** Who is told what happens to events. */
@ConfigMapping(prefix = "tidings.tracing")
public interface TracingConfig {
    /** Where an OpenTelemetry collector takes OTLP over HTTP; nothing is traced unless it is set. */
    Optional<String> endpoint();

    /** Which part of the events is traced whose publishers do not say. */
    @WithDefault("0.01")
    double ratio();

    /** Headers that the collector wants, such as one with a key. */
    Map<String, String> headers();
}
