package dev.tidings.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Channel;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttConfigTest {
    private static final Map<String, String> PLANT = Map.of(
            "url", "mqtt://broker.example",
            "topics.t.filter", "plant/+/sensors/+",
            "topics.t.channel", "sensor:{1}.{2}",
            "topics.t.event", "sensor.measured");

    private static MqttConfig config(Map<String, String> settings) {
        Map<String, String> properties = new HashMap<>();
        settings.forEach((key, value) -> properties.put("tidings.mqtt.plant." + key, value));
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(MqttConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(MqttConfig.class);
    }

    private static Plan read(Map<String, String> settings) {
        return PlanReader.read("plant", config(settings).brokers().get("plant"));
    }

    @Test
    void nothingUnlessConfigured() {
        assertThat(config(Map.of()).brokers()).isEmpty();
    }

    @Test
    void whatHoldsUnlessSet() {
        Plan plan = read(PLANT);
        assertThat(plan.broker().port()).isEqualTo(1883);
        assertThat(plan.broker().tls()).isFalse();
        assertThat(plan.broker().clientId()).isEqualTo("tidings-plant");
        assertThat(plan.broker().persistent()).isTrue();
        assertThat(plan.maxSize()).isEqualTo(256 << 10);
        assertThat(plan.tenant()).isEqualTo("default");
        assertThat(plan.enabled()).isTrue();
    }

    @Test
    void tlsHasAPortOfItsOwn() {
        Map<String, String> settings = new HashMap<>(PLANT);
        settings.put("url", "mqtts://broker.example");
        assertThat(read(settings).broker().port()).isEqualTo(8883);
        assertThat(read(settings).broker().tls()).isTrue();
    }

    /** What no id may have is escaped, so that no two topics are one channel. */
    @Test
    void aTopicIsAChannel() {
        Mapping mapping = read(PLANT).mappings().getFirst();
        assertThat(mapping.channelOf("plant/3/sensors/oil temp")).contains(new Channel("sensor:3.oil~20temp"));
        assertThat(mapping.channelOf("plant/$1/sensors/\\")).contains(new Channel("sensor:~241.~5c"));
        assertThat(mapping.channelOf("plant/3/sensors")).isEmpty();
    }

    @Test
    void theRestOfATopicIsAPartOfIt() {
        Map<String, String> settings = new HashMap<>(PLANT);
        settings.put("topics.t.filter", "plant/+/#");
        settings.put("topics.t.channel", "sensor:{1}/{#}");
        Mapping mapping = read(settings).mappings().getFirst();
        assertThat(mapping.channelOf("plant/3/a/b")).contains(new Channel("sensor:3/a/b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            url              | http://h          | .url is "http://h"; allowed is mqtt://host:port or mqtts://
            url              | mqtt://u:p@h      | .url is "a URL with a user"; allowed
            url              | mqtt://h/a        | .url is "a URL with a path"; allowed
            url              | mqtt://h:0        | .url is "port 0"; allowed
            url              | s3cret            | .url is "no URL with a host"; allowed
            enabled          | maybe             | .enabled is "maybe"; allowed is true or false
            max-size         | 17M               | .max-size is "17M"; allowed is a number of bytes from 1 to 16M
            back-off         | 0s                | .back-off is "0s"; allowed is 250ms to 1d
            tenant           | _x                | .tenant is "_x"; allowed
            client-id        | a b               | .client-id is "a b"; allowed is 1 to 128 printable
            password         | s3cret            | .username is missing; allowed is the user
            topics.t.filter  | a/#/b             | .topics.t.filter is "a/#/b"; allowed is a topic filter
            topics.t.filter  | a/+               | .topics.t.channel is "sensor:{1}.{2}"; allowed is a channel such as
            topics.t.channel | s:{3}             | .topics.t.channel is "s:{3}"; allowed is a channel such as
            topics.t.channel | s:{#}             | .topics.t.channel is "s:{#}"; allowed is a channel such as
            topics.t.channel | {1}:x             | .topics.t.channel is "{1}:x"; allowed is a channel such as
            topics.t.channel | S:x               | .topics.t.channel is "S:x"; allowed is a channel such as
            topics.t.channel | s:{x}             | .topics.t.channel is "s:{x}"; allowed is a channel such as
            topics.t.event   | Upper             | .topics.t.event is "Upper"; allowed is a type of events
            topics.t.state   | merge             | .topics.t has both event and state; allowed is one of
            topics.t.member  | m                 | .topics.t.member is "m"; allowed is nothing: only state=merge
            topics.t.event-id | id               | .topics.t.event-id is "id"; allowed is a JSON Pointer
            topics.u.filter  | b                 | .topics.u.channel is missing; allowed is a channel
            topics.u.channel | b                 | .topics.u.filter is missing; allowed is a topic filter
            """)
    void whatIsImpossibleIsToldInOneLine(String key, String value, String line) {
        Map<String, String> settings = new HashMap<>(PLANT);
        settings.put(key, value);
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tidings.mqtt.plant" + line)
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("\n");
    }

    @Test
    void noTopicIsMeantTwice() {
        Map<String, String> settings = new HashMap<>(PLANT);
        settings.put("topics.u.filter", "plant/1/#");
        settings.put("topics.u.channel", "other");
        settings.put("topics.u.state", "replace");
        assertThatThrownBy(() -> read(settings))
                .hasMessage(
                        "tidings.mqtt.plant.topics.u.filter is \"plant/1/#\"; allowed is one that means no topic that"
                                + " plant/+/sensors/+ means, too");
    }

    @Test
    void neitherEventNorState() {
        Map<String, String> settings = new HashMap<>(PLANT);
        settings.remove("topics.t.event");
        assertThatThrownBy(() -> read(settings))
                .hasMessageStartingWith("tidings.mqtt.plant.topics.t has neither event nor state; allowed is one of");
        settings.put("topics.t.state", "append");
        assertThatThrownBy(() -> read(settings))
                .hasMessageContaining(".topics.t.state is \"append\"; allowed is merge or");
    }
}
