package dev.tidings.device.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where devices are: whoever names one chooses nothing else of its address. */
class HttpDevicesTest {
    private final HttpDevices devices = new HttpDevices(
            "http://10.0.0.7:81/machines/{id}/set", Map.of(), 1024, Duration.ofSeconds(1), Optional.empty());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "motor_01",
                "../admin",
                "a/../../b",
                "@evil.example",
                "//evil.example",
                "x/y",
                "a+b=c",
                "~root",
                "%2e%2e",
                "?x=1",
                "#x",
                "...",
                "a@b.c:80"
            })
    void anIdIsOnePartOfAPath(String id) {
        URI place = devices.of(id).orElseThrow();
        assertThat(place.getHost()).isEqualTo("10.0.0.7");
        assertThat(place.getPort()).isEqualTo(81);
        assertThat(place.normalize().getRawPath()).matches("/machines/[^/]+/set");
        assertThat(place.getRawQuery()).isNull();
        assertThat(place.getRawFragment()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void whatMeansAnotherPlaceIsNone(String id) {
        assertThat(devices.of(id)).isEmpty();
    }
}
