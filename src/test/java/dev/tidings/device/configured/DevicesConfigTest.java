package dev.tidings.device.configured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesConfigTest {
    private static final String TYPE = "types.m.properties.speed.";
    private static final String DRIVER = "drivers.x.";

    /** @param settings with ; between; t. for a property's, d. for a driver's */
    private static DevicesConfig config(String settings) {
        Map<String, String> properties = new HashMap<>();
        for (String setting : settings.split(";", -1)) {
            String[] parts = setting.strip().split("=", 2);
            String key = parts[0].replaceFirst("^t\\.", TYPE).replaceFirst("^d\\.", DRIVER);
            properties.put("tidings.devices." + key, parts[1]);
        }
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(DevicesConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(DevicesConfig.class);
    }

    @Test
    void whatIsPossibleIsTaken() {
        ConfiguredDevices.validate(config("timeout=1m;t.type=number;t.min=-0.5;t.max=1e3;t.unit=m/s;d.kind=http"
                + ";d.devices=a,b_*,*;d.url=https://h:8443/{id}/state?key=1;d.type=m;d.interval=2s;d.max-size=16M"
                + ";d.headers.Authorization=Bearer t;d.tenant=acme;d.enabled=false"));
        Settings settings =
                Settings.read(config("d.kind=simulated;d.devices=a;d.model=motor;d.seed=-7;d.interval=100ms"));
        assertThat(settings.types().byName()).containsOnlyKeys("motor");
        assertThat(settings.plans().getFirst().type()).isEqualTo("motor");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            timeout=2m                                              | tidings.devices.timeout is "2m"; allowed is 50ms to 1m
            t.unit=rpm                                              | tidings.devices.types.m.properties.speed.type is missing; allowed is number, integer
            t.type=float                                            | tidings.devices.types.m.properties.speed.type is "float"; allowed is number, integer
            t.type=integer;t.min=low                                | tidings.devices.types.m.properties.speed.min is "low"; allowed is a number
            t.type=integer;t.min=1e99999                            | tidings.devices.types.m.properties.speed.min is "1e99999"
            t.type=integer;t.min=2;t.max=1                          | speed.max is "1"; allowed is a number that is not below .min, which is 2
            t.type=boolean;t.max=1                                  | speed.max is "1"; allowed is nothing: only type number and integer has it
            t.type=enum                                             | tidings.devices.types.m.properties.speed.values is missing
            t.type=string;t.values=a                                | speed.values is "[a]"; allowed is nothing: only type enum
            t.type=string;t.max-length=0                            | speed.max-length is "0"; allowed is a number from 1.0 to 10000.0
            t.type=string;t.read-only=maybe                         | speed.read-only is "maybe"; allowed is true or false
            types.m.properties.device_type.type=string              | tidings.devices.types.m.properties.device_type
            d.devices=a                                             | tidings.devices.drivers.x.kind is missing
            d.kind=modbus;d.devices=a                               | tidings.devices.drivers.x.kind is "modbus"; allowed is
            d.kind=http;d.url=http://h/                             | tidings.devices.drivers.x.devices is missing; allowed is ids of devices
            d.kind=http;d.devices=a b;d.url=http://h/               | tidings.devices.drivers.x.devices is "a b"
            d.kind=http;d.devices=a                                 | tidings.devices.drivers.x.url is missing
            d.kind=http;d.devices=a;d.url=http://u:s3cret@h/{id}    | tidings.devices.drivers.x.url is "a URL with a user"
            d.kind=http;d.devices=a;d.url=http://h/;d.type=n        | tidings.devices.drivers.x.type is "n"; allowed is a type that tidings.devices.types has
            d.kind=http;d.devices=a;d.url=http://h/;d.interval=1ms  | tidings.devices.drivers.x.interval is "1ms"; allowed is 100ms to 1d
            d.kind=http;d.devices=a;d.url=http://h/;d.seed=1        | tidings.devices.drivers.x.seed is set; allowed is nothing: only kind simulated
            d.kind=http;d.devices=a;d.url=http://h/;d.headers.Host=s3cret | tidings.devices.drivers.x.headers.Host is "not shown"
            d.kind=simulated;d.devices=a                            | tidings.devices.drivers.x.model is missing; allowed is motor, sensor, conveyor
            d.kind=simulated;d.devices=a;d.model=boat               | tidings.devices.drivers.x.model is "boat"
            d.kind=simulated;d.devices=a;d.model=motor;d.seed=x     | tidings.devices.drivers.x.seed is "x"; allowed is a whole number
            d.kind=mqtt;d.devices=a                                 | tidings.devices.drivers.x.url is missing; allowed is mqtt://
            d.kind=mqtt;d.devices=a;d.url=mqtt://u:s3cret@h         | tidings.devices.drivers.x.url is "a URL with a user"
            d.kind=mqtt;d.devices=a;d.url=mqtt://h                  | tidings.devices.drivers.x.command-topic is missing; allowed is a topic
            d.kind=mqtt;d.devices=a;d.url=mqtt://h;d.command-topic=p/set | tidings.devices.drivers.x.command-topic is "p/set"; allowed is a topic
            d.kind=mqtt;d.devices=a;d.url=mqtt://h;d.command-topic=p/{id};d.state-topic=p/{id} | tidings.devices.drivers.x.state-topic is "p/{id}"
            d.kind=mqtt;d.devices=a;d.url=mqtt://h;d.command-topic=p/{id}/set;d.state-topic=p/{id}/state;d.password=s3cret | tidings.devices.drivers.x.username is missing
            d.kind=mqtt;d.devices=a;d.url=mqtt://h;d.command-topic=p/{id}/set;d.state-topic=p/{id}/state;d.interval=1s | tidings.devices.drivers.x.interval is set
            d.kind=mqtt;d.devices=a;d.url=mqtt://h;d.command-topic=p/{id}/set;d.state-topic=p/{id}/state;d.seed=1 | tidings.devices.drivers.x.seed is set; allowed is nothing: only kind simulated
            d.kind=http;d.devices=a;d.url=http://h/;d.username=u    | tidings.devices.drivers.x.username is set; allowed is nothing: only kind mqtt
            d.kind=simulated;d.devices=a;d.model=motor;d.url=http://h/s3cret | tidings.devices.drivers.x.url is set; allowed is nothing: only kind http
            d.kind=simulated;d.devices=a;d.model=motor;d.tenant=_x  | tidings.devices.drivers.x.tenant is "_x"
            """)
    void whatCannotWorkIsRefusedInOneLine(String settings, String line) {
        DevicesConfig config = config(settings);
        assertThatThrownBy(() -> ConfiguredDevices.validate(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(line)
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("\n");
    }
}
