package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.alert.AlertsConfig;
import dev.tidings.auth.AuthConfig;
import dev.tidings.command.configured.CommandsConfig;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.device.configured.DevicesConfig;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.DurableConfig;
import dev.tidings.log.LogConfig;
import dev.tidings.source.PollersConfig;
import dev.tidings.source.mqtt.MqttConfig;
import dev.tidings.trace.TracingConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference of settings names every setting, with its default. */
class ConfigurationDocsTest {
    private static final Path REFERENCE = Path.of("docs/configuration.md");
    private static final Path COMMANDS = Path.of("docs/commands.md");
    private static final Path DEVICES = Path.of("docs/devices.md");
    private static final Path POLLERS = Path.of("docs/pollers.md");
    private static final Path MQTT = Path.of("docs/mqtt.md");

    @ParameterizedTest
    @ValueSource(
            classes = {
                AuthConfig.class,
                ConnectionConfig.class,
                LimitsConfig.class,
                LogConfig.class,
                DurableConfig.class,
                AlertsConfig.class,
                TracingConfig.class
            })
    void everySettingIsThere(Class<?> mapping) throws IOException {
        String prefix = mapping.getAnnotation(ConfigMapping.class).prefix();
        for (Method setting : mapping.getMethods()) {
            assertDescribed(REFERENCE, prefix + '.' + kebab(setting.getName()), setting);
        }
    }

    @Test
    void everySettingOfAPollerIsThere() throws IOException {
        for (Method setting : PollersConfig.PollerConfig.class.getMethods()) {
            assertDescribed(POLLERS, kebab(setting.getName()), setting);
        }
    }

    @Test
    void everySettingOfABrokerIsThere() throws IOException {
        for (Method setting : MqttConfig.BrokerConfig.class.getMethods()) {
            if (!setting.getName().equals("topics")) {
                assertDescribed(MQTT, kebab(setting.getName()), setting);
            }
        }
        for (Method setting : MqttConfig.TopicConfig.class.getMethods()) {
            assertDescribed(MQTT, "topics.<name>." + kebab(setting.getName()), setting);
        }
    }

    @Test
    void everySettingOfAHandlerIsThere() throws IOException {
        for (Method setting : CommandsConfig.HandlerConfig.class.getMethods()) {
            assertDescribed(COMMANDS, kebab(setting.getName()), setting);
        }
    }

    @Test
    void everySettingOfDevicesIsThere() throws Exception {
        assertDescribed(DEVICES, "tidings.devices.timeout", DevicesConfig.class.getMethod("timeout"));
        for (Method setting : DevicesConfig.PropertyConfig.class.getMethods()) {
            assertDescribed(DEVICES, kebab(setting.getName()), setting);
        }
        for (Method setting : DevicesConfig.DriverConfig.class.getMethods()) {
            assertDescribed(DEVICES, kebab(setting.getName()), setting);
        }
    }

    @Test
    void everySettingOfANamespaceIsThere() throws IOException {
        for (Method setting : ChannelsConfig.Namespace.class.getMethods()) {
            assertDescribed(REFERENCE, "tidings.channels.<namespace>." + kebab(setting.getName()), setting);
        }
    }

    private static void assertDescribed(Path reference, String key, Method setting) throws IOException {
        WithDefault unlessSet = setting.getAnnotation(WithDefault.class);
        assertThat(Files.readAllLines(reference))
                .as(key + (unlessSet == null ? "" : " with its default " + unlessSet.value()))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("| `")
                        .containsPattern("`" + key + "[.`]")
                        .contains(unlessSet == null ? "" : unlessSet.value()));
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }
}
