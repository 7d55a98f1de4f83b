package dev.tidings.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tidings.source.host.HostName;
import dev.tidings.source.host.HostPoller;
import dev.tidings.source.http.HttpTarget;
import dev.tidings.source.poll.Allowance;
import dev.tidings.source.poll.Pacing;
import dev.tidings.source.tmux.TmuxServer;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
        assertThat(tmux.enabled()).isEqualTo("true");
        assertThat(tmux.interval()).isEqualTo("2s");
        assertThat(tmux.jitter()).isEqualTo("0.1");
        assertThat(tmux.timeout()).isEqualTo("5s");
        assertThat(tmux.backOff()).isEqualTo("30s");
        assertThat(tmux.tenant()).isEqualTo("default");
        assertThat(tmux.socket()).isEmpty();
        assertThat(tmux.content()).isEmpty();
        assertThat(tmux.maxSize()).isEmpty();
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
        assertThat(config.pollers().get("tmux").enabled()).isEqualTo("false");
        assertThat(config.pollers().get("host").backOff()).isEqualTo("1m");
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
        Plan plan = Plans.read(config(all), Map.of()).stream()
                .filter(each -> each.name().equals("rates"))
                .findFirst()
                .orElseThrow();
        assertThat(plan.tenant()).isEqualTo("acme");
        assertThat(plan.settings().pacing()).isEqualTo(new Pacing(Duration.ofMillis(500), 0, Duration.ofMinutes(1)));
        HttpTarget target = ((Plan.Http) plan.source()).target();
        assertThat(target.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(target.headers()).containsOnly(Map.entry("Authorization", "Bearer s3cret"), Map.entry("X-Key", "k"));
        assertThat(target.pointer()).hasToString("/data");
        assertThat(target.deadBands()).containsExactly(Map.entry(JsonPointer.compile("/a/b"), 0.5));
        assertThat(target.maxSize()).isEqualTo(2048);
    }

    @Test
    void tmuxIsFoundWhereTmuxTmpdirSays() {
        List<Plan> plans =
                Plans.read(config(Map.of("tidings.pollers.tmux.content", "true")), Map.of("TMUX_TMPDIR", "/run/x"));
        assertThat(plans.getLast().settings().allowance()).isEqualTo(Allowance.DEFAULT);
        Plan.Tmux tmux = (Plan.Tmux) plans.getLast().source();
        assertThat(tmux.server()).isEqualTo(TmuxServer.of(null, Map.of("TMUX_TMPDIR", "/run/x")));
        assertThat(tmux.server().environment()).containsEntry("TMUX_TMPDIR", "/run/x");
        assertThat(tmux.content()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            rates.kind                | ftp                | tidings.pollers.rates.kind is "ftp"; allowed is tmux, http or host
            other.interval            | 2s                 | tidings.pollers.other.kind is missing; allowed is tmux, http or host
            rates.enabled             | maybe              | tidings.pollers.rates.enabled is "maybe"; allowed is true or false
            rates.interval            | 99ms               | tidings.pollers.rates.interval is "99ms"; allowed is 100ms to 1d
            rates.interval            | 0                  | tidings.pollers.rates.interval is "0"; allowed is 100ms to 1d
            rates.interval            | -5s                | tidings.pollers.rates.interval is "-5s"; allowed is 100ms to 1d
            rates.interval            | 25h                | tidings.pollers.rates.interval is "25h"; allowed is 100ms to 1d
            rates.interval            | soon               | tidings.pollers.rates.interval is "soon"; allowed is 100ms to 1d
            rates.timeout             | 0s                 | tidings.pollers.rates.timeout is "0s"; allowed is 50ms to 10m
            rates.back-off            | later              | tidings.pollers.rates.back-off is "later"; allowed is 0s to 1d
            rates.jitter              | 2                  | tidings.pollers.rates.jitter is "2"; allowed is a number from 0.0 to 0.5
            rates.jitter              | lots               | tidings.pollers.rates.jitter is "lots"; allowed is a number from 0.0 to 0.5
            rates.jitter              | NaN                | tidings.pollers.rates.jitter is "NaN"; allowed is a number from 0.0 to 0.5
            rates.url                 | ftp://example.org  | tidings.pollers.rates.url is "ftp://example.org"; allowed is an http or https URL
            rates.url                 | http://u:pw@host/  | tidings.pollers.rates.url is "a URL with a user"; allowed is
            rates.url                 | http://a b         | tidings.pollers.rates.url is "no URL"; allowed is
            rates.url                 | /rates?key=s3cret  | tidings.pollers.rates.url is "no URL with a host"; allowed is
            rates.url                 | http://host:0/     | tidings.pollers.rates.url is "port 0"; allowed is a port
            rates.url                 | http://host:65536/ | tidings.pollers.rates.url is "port 65536"; allowed is a port
            rates.pointer             | data               | tidings.pollers.rates.pointer is "data"; allowed is
            rates.pointer             | /a~2               | tidings.pollers.rates.pointer is "/a~2"; allowed is
            rates.channel             | Rates              | tidings.pollers.rates.channel is "Rates"; allowed is
            rates.channel             | tmux:all           | tidings.pollers.rates.channel is "tmux:all"; allowed is a channel outside of tmux:*
            rates.socket              | x                  | tidings.pollers.rates.socket is set; allowed is nothing: only kind tmux
            rates.content             | true               | tidings.pollers.rates.content is set; allowed is nothing: only kind tmux
            rates.max-size            | 65M                | tidings.pollers.rates.max-size is "65M"; allowed is a number of bytes from 1 to 64M
            rates.max-size            | 0                  | tidings.pollers.rates.max-size is "0"; allowed is
            rates.max-size            | huge               | tidings.pollers.rates.max-size is "huge"; allowed is
            rates.max-size            | 99999999999999999Y | tidings.pollers.rates.max-size is "99999999999999999Y"; allowed is
            rates.dead-band."x"       | 1                  | tidings.pollers.rates.dead-band."x" is "x"; allowed is
            rates.dead-band."/x"      | 0                  | tidings.pollers.rates.dead-band."/x" is "0"; allowed is a number greater than 0
            rates.dead-band."/x"      | wide               | tidings.pollers.rates.dead-band."/x" is "wide"; allowed is a number greater than 0
            rates.headers.Host        | s3cret             | tidings.pollers.rates.headers.Host is "not shown"; allowed is
            rates.tenant              | `  `               | tidings.pollers.rates.tenant is
            rates.tenant              | a/b                | tidings.pollers.rates.tenant is "a/b"; allowed is 1 to 64 letters
            tmux.content              | some               | tidings.pollers.tmux.content is "some"; allowed is true or false
            tmux.events-per-second    | 0                  | tidings.pollers.tmux.events-per-second is "0"; allowed is a whole number from 1 to 10000
            tmux.events-per-second    | 10001              | tidings.pollers.tmux.events-per-second is "10001"; allowed is
            tmux.events-per-second    | 1.5                | tidings.pollers.tmux.events-per-second is "1.5"; allowed is
            tmux.burst                | -1                 | tidings.pollers.tmux.burst is "-1"; allowed is a whole number from 1 to 20000
            tmux.burst                | 9999999999         | tidings.pollers.tmux.burst is "9999999999"; allowed is
            rates.events-per-second   | 10                 | tidings.pollers.rates.events-per-second is set; allowed is nothing: only kind tmux
            host.burst                | 10                 | tidings.pollers.host.burst is set; allowed is nothing: only kind tmux
            tmux.channel              | tmux:all           | tidings.pollers.tmux.channel is set; allowed is nothing: only kind http
            tmux.pointer              | /a                 | tidings.pollers.tmux.pointer is set; allowed is nothing: only kind http
            host.url                  | http://host/s3cret | tidings.pollers.host.url is set; allowed is nothing: only kind http
            host.headers.A            | s3cret             | tidings.pollers.host.headers is set; allowed is nothing: only kind http
            host.socket               | x                  | tidings.pollers.host.socket is set; allowed is nothing: only kind tmux
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
        assertRefused(
                with(Map.of(), "again.kind", "tmux"),
                "tidings.pollers.tmux is for the tmux server default of tenant default, as tidings.pollers.again is; "
                        + "allowed is one poller for each");
        Map<String, String> again = new HashMap<>(RATES);
        RATES.forEach((key, value) -> again.put(key.replace("rates", "again"), value));
        again.put("tidings.pollers.again.channel", "rates:eur");
        assertRefused(
                config(again),
                "tidings.pollers.rates is for the channel rates:eur of tenant default, as tidings.pollers.again is; "
                        + "allowed is one poller for each");
        String own = HostPoller.channel(HostName.find(System.getenv())).name();
        assertRefused(
                with(RATES, "rates.channel", own),
                "tidings.pollers.rates is for the channel " + own
                        + " of tenant default, as tidings.pollers.host is; allowed is one poller for each");
    }

    private static void assertRefused(PollersConfig config, String message) {
        assertThatThrownBy(() -> Pollers.validate(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void twoPollersThatDifferAreTaken() {
        Map<String, String> otherTenant = new HashMap<>(RATES);
        RATES.forEach((key, value) -> otherTenant.put(key.replace("pollers.rates", "pollers.again"), value));
        otherTenant.put("tidings.pollers.again.tenant", "acme");
        assertThatCode(() -> Pollers.validate(config(otherTenant))).doesNotThrowAnyException();
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
