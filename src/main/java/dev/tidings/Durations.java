package dev.tidings;

import io.quarkus.runtime.configuration.DurationConverter;
import jakarta.annotation.Priority;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads durations as Quarkus does, and says what they look like where one does not. */
@Priority(1000)
public final class Durations implements Converter<Duration> {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Duration convert(String value) {
        try {
            return DurationConverter.parseDuration(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it must be a duration, such as 500ms, 30s, 5m, 2h, 7d or PT1M30S", e);
        }
    }
}
