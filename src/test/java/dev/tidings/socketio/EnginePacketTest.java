package dev.tidings.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnginePacketTest {
    @ParameterizedTest
    @CsvSource({"0,OPEN", "1,CLOSE", "2,PING", "3,PONG", "4,MESSAGE", "5,UPGRADE", "6,NOOP", "b,BINARY"})
    void aPacketBeginsWithItsType(String text, EnginePacket.Type type) throws BadPacket {
        assertThat(EnginePacket.parse(text + "rest")).isEqualTo(new EnginePacket(type, "rest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "x", "/", ":", " 4"})
    void otherTextIsNone(String text) {
        assertThatThrownBy(() -> EnginePacket.parse(text)).isInstanceOf(BadPacket.class);
    }

    @Test
    void aPayloadIsCutWhereTheSeparatorsAre() {
        assertThat(cut("4a\u001e3\u001e4b", 9)).containsExactly("4a", "3", "4b");
        assertThat(cut("4a", 9)).containsExactly("4a");
        assertThat(cut("\u001e", 9)).containsExactly("", "");
    }

    @Test
    void whatIsNotWantedIsNotCut() {
        assertThat(cut("3\u001e".repeat(1_000_000), 2)).containsExactly("3", "3");
    }

    private static List<String> cut(String payload, int wanted) {
        List<String> packets = new ArrayList<>();
        EnginePacket.cut(payload, text -> {
            packets.add(text);
            return packets.size() < wanted;
        });
        return packets;
    }
}
