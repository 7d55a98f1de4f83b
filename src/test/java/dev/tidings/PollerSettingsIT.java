package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.TidingsServer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of pollers that cannot work stop the start. What each is told is tested with {@code PollersConfig}. */
class PollerSettingsIT {
    private static Map<String, String> watching(String name) {
        String prefix = "tidings.pollers." + name;
        return new HashMap<>(Map.of(
                prefix + ".kind", "http",
                prefix + ".url", "http://127.0.0.1:1/?key=s3cret",
                prefix + ".channel", "rates:eur"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rates.interval  | 0            | tidings.pollers.rates.interval is "0"; allowed is 100ms to 1d
            rates.enabled   | maybe        | tidings.pollers.rates.enabled is "maybe"; allowed is true or false
            rates.url       | s3cret       | tidings.pollers.rates.url is "no URL with a host"; allowed is an http or https URL with a host and without user or password
            """)
    void whatIsImpossibleIsToldInOneLine(String key, String value, String line) {
        Map<String, String> settings = watching("rates");
        settings.put("tidings.pollers." + key, value);
        assertRefusedWith(settings, line);
    }

    @Test
    void twoPollersOfOneChannelAreRefused() {
        Map<String, String> settings = watching("rates");
        settings.putAll(watching("again"));
        assertRefusedWith(
                settings,
                "tidings.pollers.rates is for the channel rates:eur of tenant default, as tidings.pollers.again is;"
                        + " allowed is one poller for each");
    }

    @Test
    void anUnknownKeyIsNamed() {
        Map<String, String> settings = watching("rates");
        settings.put("tidings.pollers.rates.headrs.Authorization", "s3cret");
        try (TidingsServer server = TidingsServer.launch(settings)) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.output())
                    .contains("tidings.pollers.rates.headrs.Authorization")
                    .doesNotContain("s3cret", "\tat ");
        }
    }

    private static void assertRefusedWith(Map<String, String> settings, String line) {
        try (TidingsServer server = TidingsServer.launch(settings)) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.output().strip()).isEqualTo(line);
        }
    }
}
