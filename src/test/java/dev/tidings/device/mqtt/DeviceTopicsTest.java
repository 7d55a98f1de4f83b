package dev.tidings.device.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTopicsTest {
    @Test
    void aDeviceHasATopic() {
        DeviceTopics topics = new DeviceTopics("plant/{id}/set");
        assertThat(topics.filter().text()).isEqualTo("plant/+/set");
        assertThat(topics.of("motor_01")).contains("plant/motor_01/set");
        assertThat(topics.of("a/b")).isEmpty();
        assertThat(topics.of("a+b")).isEmpty();
        assertThat(topics.device("plant/motor_01/set")).contains("motor_01");
        assertThat(topics.device("plant//set")).isEmpty();
        assertThat(topics.device("plant/a b/set")).isEmpty();
        assertThat(topics.device("plant/a/b/set")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plant/set",
                "plant/x{id}/set",
                "{id}/{id}",
                "plant/+/{id}",
                "{id}/#",
                "$SYS/{id}",
                "{x}/{id}"
            })
    void whatIsNone(String text) {
        assertThatThrownBy(() -> new DeviceTopics(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"speed":150}             | {"speed":150}                    | true
            {"speed":150}             | {"speed":150.0,"t":20}           | true
            {"speed":150}             | {"speed":100}                    | false
            {"speed":150}             | {"t":20}                         | false
            {"speed":150}             | {"speed":150,"fault":null}       | true
            {"speed":150,"on":true}   | {"speed":150}                    | false
            {"fault":null}            | {"fault":null}                   | true
            {"fault":null}            | {"fault":"hot"}                  | false
            {"arm":{"angle":90}}      | {"arm":{"angle":90,"grip":1}}    | true
            {"arm":{"angle":90}}      | {"arm":{"grip":1}}               | false
            """)
    void aChangeIsConfirmedByWhatIsSaid(String change, String state, boolean confirmed) {
        assertThat(new Confirmation(object(change)).hears(object(state))).isEqualTo(confirmed);
    }

    @Test
    void aChangeMayBeConfirmedBitByBit() {
        Confirmation confirmation = new Confirmation(object("{\"speed\":150,\"on\":true}"));
        assertThat(confirmation.hears(object("{\"speed\":150}"))).isFalse();
        assertThat(confirmation.hears(object("{\"on\":true}"))).isTrue();
        assertThat(confirmation.said()).isEqualTo(object("{\"speed\":150,\"on\":true}"));
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) Json.parse(text).tree();
    }
}
