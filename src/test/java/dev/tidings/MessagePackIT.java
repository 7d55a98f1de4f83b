package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.FrameClient;
import dev.tidings.testing.PresenceClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** The sub-protocol tidings.v1.msgpack: binary frames, the same maps. */
class MessagePackIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoComesAndGoesIsToldInTheSameForm() throws IOException {
        try (FrameClient packed = open("");
                PresenceClient json = PresenceClient.connect(server, TOKEN)) {
            next(packed);
            next(packed);
            send(packed, "{'type':'subscribe','id':'s','channel':'pack:present','payload':{'presence':true}}");
            assertThat(next(packed).path("type").asText()).isEqualTo("subscribed");
            json.enter("pack:present");
            JsonNode joined = next(packed);
            assertThat(joined.path("type").asText()).isEqualTo("joined");
            assertThat(joined.at("/payload/connection").asText()).isEqualTo(json.connection());
            send(packed, "{'type':'presence','id':'who','channel':'pack:present'}");
            assertThat(next(packed).at("/payload/count").asInt()).isEqualTo(2);
            json.leave("pack:present");
            assertThat(next(packed).path("type").asText()).isEqualTo("left");
        }
    }

    @Test
    void saysTheSameAsJson() throws IOException {
        try (FrameClient packed = open("");
                WsClient json = WsClient.connect(server, TOKEN)) {
            assertThat(packed.socket().subProtocol()).isEqualTo("tidings.v1.msgpack");
            assertThat(next(packed).path("type").asText()).isEqualTo("welcome");
            assertThat(next(packed).path("type").asText()).isEqualTo("authenticated");
            send(packed, "{'type':'subscribe','id':'s','channel':'pack:1'}");
            JsonNode subscribed = next(packed);
            assertThat(subscribed.path("type").asText()).isEqualTo("subscribed");
            assertThat(subscribed.path("id").asText()).isEqualTo("s");
            json.subscribe("pack:1");
            send(
                    packed,
                    "{'type':'publish','id':'p','channel':'pack:1','event':'thing.done','payload':{'text':'é☃\\ud83d\\ude00',"
                            + "'list':[1,-1,0,2.5,true,false,null,9007199254740993,18446744073709551615,-9223372036854775808],"
                            + "'empty':{},'none':[]}}");
            JsonNode first = next(packed);
            JsonNode second = next(packed);
            boolean messageFirst = first.path("type").asText().equals("message");
            JsonNode message = messageFirst ? first : second;
            JsonNode published = messageFirst ? second : first;
            assertThat(published.path("type").asText()).isEqualTo("published");
            assertThat(published.at("/payload/offset").asLong()).isEqualTo(1);
            JsonNode heard = json.expect("message");
            assertThat(message).isEqualTo(heard);
            assertThat(message.at("/payload/list/8").bigIntegerValue()).isEqualTo("18446744073709551615");
        }
    }

    @Test
    void severalEnvelopesInAFrameAreAnArray() throws IOException {
        try (FrameClient packed = open("?batch_ms=50")) {
            int envelopes = 0;
            boolean array = false;
            send(packed, "{'type':'ping','id':'1'}");
            send(packed, "{'type':'ping','id':'2'}");
            while (envelopes < 4) {
                JsonNode frame = next(packed);
                array |= frame.isArray();
                envelopes += frame.isArray() ? frame.size() : 1;
            }
            assertThat(envelopes).isEqualTo(4);
            assertThat(array).isTrue();
        }
    }

    @Test
    void statesAndHistoryComeInIt() throws IOException {
        server.send(server.request("/api/v1/channels/pack:2/state", TOKEN)
                .PUT(BodyPublishers.ofString(
                        "{\"on\":true,\"huge\":1e300,\"big\":" + "123456789012345678901234567890}"))
                .build());
        try (FrameClient packed = open("")) {
            next(packed);
            next(packed);
            send(packed, "{'type':'state','id':'1','channel':'pack:2'}");
            JsonNode data = next(packed).at("/payload/states/0/data");
            assertThat(data.path("on").asBoolean()).isTrue();
            assertThat(data.path("huge").asDouble()).isEqualTo(1e300);
            assertThat(data.path("big").asDouble()).isEqualTo(1.2345678901234568e29);
            send(packed, "{'type':'history','id':'2','channel':'pack:2'}");
            assertThat(next(packed).at("/payload/events/0/event").asText()).isEqualTo("state.changed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "c1, not MessagePack",
        "81a474797065, cut off",
        "93010203, a JSON object",
        "81a474797065a470696e6700, one message",
        "8101a470696e67, keys of a map",
        "82a474797065a470696e67a178c40100, bin and ext",
        "82a474797065a470696e67a178cb7ff8000000000000, finite",
        "82a474797065a470696e67a178a2c328, not UTF-8",
        "dfffffffff, cut off",
    })
    void whatJsonDoesNotHaveIsRefused(String hex, String why) throws IOException {
        try (FrameClient packed = open("")) {
            next(packed);
            next(packed);
            packed.socket().writeBinaryMessage(Buffer.buffer(HexFormat.of().parseHex(hex)));
            JsonNode error = next(packed);
            assertThat(error.at("/payload/code").asText()).isEqualTo("invalid_message");
            assertThat(error.at("/payload/message").asText()).contains(why);
            send(packed, "{'type':'ping','id':'still here'}");
            assertThat(next(packed).path("id").asText()).isEqualTo("still here");
        }
    }

    @Test
    void nestingIsBounded() throws IOException {
        try (FrameClient packed = open("")) {
            next(packed);
            next(packed);
            packed.socket().writeBinaryMessage(Buffer.buffer(HexFormat.of().parseHex("91".repeat(10_000) + "c0")));
            assertThat(next(packed).at("/payload/message").asText()).contains("deeper than 100");
        }
    }

    @Test
    void textFramesAreRefusedAndThreeAreEnough() throws IOException {
        try (FrameClient packed = open("")) {
            next(packed);
            next(packed);
            for (int i = 0; i < 3; i++) {
                packed.socket().writeTextMessage("{\"type\":\"ping\"}");
                assertThat(next(packed).at("/payload/message").asText()).contains("binary frames");
            }
            assertThat(packed.awaitClose()).isEqualTo(4400);
        }
    }

    private static FrameClient open(String query) {
        return FrameClient.open(server, query, TOKEN, "tidings.v1.msgpack", new WebSocketClientOptions());
    }

    private static void send(FrameClient client, String json) {
        client.socket()
                .writeBinaryMessage(Buffer.buffer(dev.tidings.protocol.MessagePack.pack(
                        json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
    }

    /** Read by another way than the service's own. */
    private static JsonNode next(FrameClient client) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(client.next())) {
            String json = unpacker.unpackValue().toJson();
            assertThat(unpacker.hasNext()).isFalse();
            return WsClient.parse(json);
        }
    }
}
