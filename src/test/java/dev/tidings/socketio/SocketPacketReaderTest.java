package dev.tidings.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples are those of the protocol's description, and what the stock client sends. */
class SocketPacketReaderTest {
    @Test
    void aClientConnects() throws BadPacket {
        assertThat(SocketPacketReader.read("0")).isEqualTo(new SocketPacket.Connect("/", null));
        assertThat(SocketPacketReader.read("0{\"token\":\"123\"}"))
                .isEqualTo(new SocketPacket.Connect(
                        "/", Json.parse("{\"token\":\"123\"}").tree()));
        assertThat(SocketPacketReader.read("0/admin,")).isEqualTo(new SocketPacket.Connect("/admin", null));
        assertThat(SocketPacketReader.read("0/admin")).isEqualTo(new SocketPacket.Connect("/admin", null));
    }

    @Test
    void aClientEmits() throws BadPacket {
        assertThat(SocketPacketReader.read("2[\"foo\"]"))
                .isEqualTo(new SocketPacket.Event("/", null, "foo", List.of()));
        assertThat(SocketPacketReader.read("2/admin,[\"bar\"]"))
                .isEqualTo(new SocketPacket.Event("/admin", null, "bar", List.of()));
        assertThat(SocketPacketReader.read("212[\"foo\",{\"a\":1},2]"))
                .isEqualTo(new SocketPacket.Event(
                        "/",
                        12L,
                        "foo",
                        List.of(Json.parse("{\"a\":1}").tree(), Json.parse("2").tree())));
        assertThat(SocketPacketReader.read("2/admin,456[\"foo\"]"))
                .isEqualTo(new SocketPacket.Event("/admin", 456L, "foo", List.of()));
    }

    @Test
    void bytesAreAnnounced() throws BadPacket {
        assertThat(SocketPacketReader.read("52-[\"baz\",{\"_placeholder\":true,\"num\":0}]"))
                .isEqualTo(new SocketPacket.Binary("/", null, 2));
        assertThat(SocketPacketReader.read("51-/admin,7[\"x\"]")).isEqualTo(new SocketPacket.Binary("/admin", 7L, 1));
        assertThat(SocketPacketReader.read("61-/admin,456[{}]")).isEqualTo(new SocketPacket.Ack("/admin"));
    }

    @Test
    void aClientLeavesAndAcknowledges() throws BadPacket {
        assertThat(SocketPacketReader.read("1")).isEqualTo(new SocketPacket.Disconnect("/"));
        assertThat(SocketPacketReader.read("1/admin,")).isEqualTo(new SocketPacket.Disconnect("/admin"));
        assertThat(SocketPacketReader.read("312[]")).isEqualTo(new SocketPacket.Ack("/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "4{}",
                "x",
                "2",
                "2[",
                "2{}",
                "2[]",
                "2[7]",
                "2[\"a\"]x",
                "212",
                "0[]",
                "0x",
                "5[\"a\"]",
                "5-[\"a\"]",
                "511-[\"a\"]",
                "5999999999999-[\"a\"]",
                "212345678901234567[\"a\"]",
                "2[\"\\ud800\"]",
                "2[1e99999]"
            })
    void otherTextIsNone(String text) {
        assertThatThrownBy(() -> SocketPacketReader.read(text)).isInstanceOf(BadPacket.class);
    }

    @Test
    void depthAndNamesAreBounded() {
        assertThatThrownBy(() -> SocketPacketReader.read("2[\"a\"," + "[".repeat(200) + "]".repeat(200) + ']'))
                .isInstanceOf(BadPacket.class);
        assertThatThrownBy(() -> SocketPacketReader.read("0/" + "n".repeat(300)))
                .isInstanceOf(BadPacket.class);
    }
}
