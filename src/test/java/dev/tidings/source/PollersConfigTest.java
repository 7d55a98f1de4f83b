package dev.tidings.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollersConfigTest {
    private static final Map<String, String> RATES = Map.of(
            "tidings.pollers.rates.kind", "http",
            "tidings.pollers.rates.url", "https://example.org/rates?key=s3cret",
            "tidings.pollers.rates.channel", "rates:eur");

    static PollersConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(PollersConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(PollersConfig.class);
    }

    private static PollersConfig with(Map<String, String> base, String key, String value) {
        Map<String, String> all = new HashMap<>(base);
        all.put("tidings.pollers." + key, value);
        return config(all);
    }

    @Test
    void defaults() {
        PollersConfig.PollerConfig tmux = config(Map.of()).pollers().get("tmux");
        assertThat(tmux.kind()).isEmpty();
        assertThat(tmux.enabled()).isTrue();
        assertThat(tmux.interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(tmux.jitter()).isEqualTo(0.1);
        assertThat(tmux.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(tmux.backOff()).isEqualTo(Duration.ofSeconds(30));
        assertThat(tmux.tenant()).isEqualTo("default");
        assertThat(tmux.socket()).isEmpty();
        assertThat(tmux.content()).isFalse();
        assertThat(tmux.maxSize().asLongValue()).isEqualTo(1 << 20);
        assertThat(tmux.headers()).isEmpty();
        assertThat(tmux.deadBand()).isEmpty();
    }

    @Test
    void environmentVariablesSetItToo() {
        PollersConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(PollersConfig.class)
                .withSources(new EnvConfigSource(
                        Map.of("TIDINGS_POLLERS_TMUX_ENABLED", "false", "TIDINGS_POLLERS_HOST_BACK_OFF", "1m"), 300))
                .build()
                .getConfigMapping(PollersConfig.class);
        assertThat(config.pollers().get("tmux").enabled()).isFalse();
        assertThat(config.pollers().get("host").backOff()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void everythingCanBeSet() {
        Map<String, String> all = new HashMap<>(RATES);
        Map.of(
                        "interval", "500ms",
                        "jitter", "0",
                        "timeout", "1s",
                        "back-off", "1m",
                        "tenant", "acme",
                        "pointer", "/data",
                        "headers.Authorization", "Bearer s3cret",
                        "headers.X-Key", "k",
                        "dead-band.\"/a/b\"", "0.5",
                        "max-size", "2K")
                .forEach((key, value) -> all.put("tidings.pollers.rates." + key, value));
        PollersConfig config = config(all);
        PollersConfig.PollerConfig rates = config.pollers().get("rates");
        assertThat(rates.interval()).isEqualTo(Duration.ofMillis(500));
        assertThat(rates.backOff()).isEqualTo(Duration.ofMinutes(1));
        assertThat(rates.headers())
                .containsEntry("Authorization", "Bearer s3cret")
                .containsEntry("X-Key", "k");
        assertThat(rates.deadBand()).containsExactly(Map.entry("/a/b", 0.5));
        assertThat(rates.maxSize().asLongValue()).isEqualTo(2048);
        assertThatCode(() -> Pollers.validate(config)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            rates.kind                | ftp                | tidings.pollers.rates.kind is "ftp"; allowed is tmux, http or host
            other.interval            | 2s                 | tidings.pollers.other.kind is missing; allowed is tmux, http or host
            rates.interval            | 99ms               | tidings.pollers.rates.interval is "99ms"; allowed is 100ms to 86400000ms
            rates.timeout             | 0s                 | tidings.pollers.rates.timeout is "0ms"; allowed is
            rates.jitter              | 2                  | tidings.pollers.rates.jitter is "2.0"; allowed is
            rates.url                 | ftp://example.org  | tidings.pollers.rates.url is "ftp://example.org"; allowed is
            rates.url                 | http://u:pw@host/  | tidings.pollers.rates.url is "a URL with a user"; allowed is
            rates.url                 | http://a b         | tidings.pollers.rates.url is "no URL"; allowed is
            rates.url                 | /rates             | tidings.pollers.rates.url is
            rates.pointer             | data               | tidings.pollers.rates.pointer is "data"; allowed is
            rates.pointer             | /a~2               | tidings.pollers.rates.pointer is "/a~2"; allowed is
            rates.channel             | Rates              | tidings.pollers.rates.channel is "Rates"; allowed is
            rates.socket              | x                  | tidings.pollers.rates.socket is "x"; allowed is nothing: only a poller of kind tmux
            rates.max-size            | 65M                | tidings.pollers.rates.max-size is "68157440"; allowed is
            rates.dead-band."x"       | 1                  | tidings.pollers.rates.dead-band."x" is "x"; allowed is
            rates.dead-band."/x"      | 0                  | tidings.pollers.rates.dead-band."/x" is "0.0"; allowed is
            rates.headers.Host        | s3cret             | tidings.pollers.rates.headers.Host is "not shown"; allowed is
            rates.tenant              | `  `               | tidings.pollers.rates.tenant is
            tmux.channel              | tmux:all           | tidings.pollers.tmux.channel is "tmux:all"; allowed is nothing: only a poller of kind http
            host.url                  | http://host/       | tidings.pollers.host.url is "http://host/"; allowed is nothing
            """)
    void whatIsImpossibleIsToldInOneLineWithItsKey(String key, String value, String message) {
        assertThatThrownBy(() -> Pollers.validate(with(RATES, key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(message)
                .doesNotContain("s3cret", "pw", "\n");
    }

    @Test
    void whatIsMissingIsTold() {
        assertThatThrownBy(() -> Pollers.validate(config(Map.of("tidings.pollers.rates.kind", "http"))))
                .hasMessageStartingWith("tidings.pollers.rates.url is missing");
        assertThatThrownBy(() -> Pollers.validate(config(
                        Map.of("tidings.pollers.rates.kind", "http", "tidings.pollers.rates.url", "http://localhost"))))
                .hasMessageStartingWith("tidings.pollers.rates.channel is missing");
    }

    @Test
    void twoPollersOfTheSameAreRefused() {
        assertThatThrownBy(() -> Pollers.validate(with(Map.of(), "again.kind", "tmux")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidings.pollers.tmux");
        assertThatCode(() ->
                        Pollers.validate(with(Map.of("tidings.pollers.again.kind", "tmux"), "again.socket", "other")))
                .doesNotThrowAnyException();
    }

    @Test
    void aPollerThatIsOffMustBePossibleToo() {
        assertThatThrownBy(() -> Pollers.validate(
                        config(Map.of("tidings.pollers.rates.kind", "http", "tidings.pollers.rates.enabled", "false"))))
                .hasMessageStartingWith("tidings.pollers.rates.url is missing");
    }
}
