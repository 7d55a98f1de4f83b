package dev.tidings.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/** Against the reference implementation of MessagePack. */
class MessagePackTest {
    @Test
    void whatIsPackedIsReadByOthers() throws IOException {
        JsonNode all = edges();
        try (MessageUnpacker unpacker = org.msgpack.core.MessagePack.newDefaultUnpacker(
                MessagePack.pack(all.toString().getBytes(StandardCharsets.UTF_8)))) {
            assertThat(Json.parse(unpacker.unpackValue().toJson()).tree()).isEqualTo(all);
            assertThat(unpacker.hasNext()).isFalse();
        }
    }

    @Test
    void whatOthersPackIsRead() throws IOException {
        try (MessageBufferPacker packer = org.msgpack.core.MessagePack.newDefaultBufferPacker()) {
            packValue(edges(), packer);
            packer.packFloat(0.5f);
            byte[] packed = packer.toByteArray();
            assertThat(Json.parse(MessagePack.toJson(Arrays.copyOf(packed, packed.length - 5)))
                            .tree())
                    .isEqualTo(edges());
        }
        assertThat(MessagePack.toJson(new byte[] {(byte) 0xca, 0x3f, 0, 0, 0})).isEqualTo("0.5");
    }

    /** Nothing but a value or a refusal, whatever comes. */
    @Test
    void noiseIsReadOrRefused() {
        Random random = new Random(42);
        byte[] good = MessagePack.pack(edges().toString().getBytes(StandardCharsets.UTF_8));
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(1, 64)];
            random.nextBytes(noise);
            if (round % 2 == 0) {
                int from = random.nextInt(good.length - 64);
                noise = Arrays.copyOfRange(good, from, from + 64);
                noise[random.nextInt(64)] = (byte) random.nextInt();
            }
            try {
                Json.parse(MessagePack.toJson(noise));
            } catch (Invalid expected) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    @Test
    void lengthsThatNobodySentAreNotBelieved() {
        for (int format : new int[] {0xdb, 0xdd, 0xdf}) {
            byte[] claim = {(byte) format, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0};
            assertThatThrownBy(() -> MessagePack.toJson(claim)).isInstanceOf(Invalid.class);
        }
    }

    /** Values at the edges of all formats. */
    private static JsonNode edges() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (int bits = 0; bits <= 64; bits++) {
            BigInteger power = BigInteger.ONE.shiftLeft(bits);
            for (int near = -1; near <= 1; near++) {
                BigInteger number = power.add(BigInteger.valueOf(near));
                if (number.bitLength() <= 64) {
                    all.add(number);
                }
                if (number.bitLength() <= 63) {
                    all.add(number.negate());
                }
            }
        }
        for (int length : new int[] {0, 15, 16, 31, 32, 255, 256, 65_535, 65_536}) {
            all.add("é".repeat(length / 2) + "x".repeat(length % 2));
            ArrayNode array = all.addArray();
            var map = all.addObject();
            for (int i = 0; i < length; i++) {
                array.add(i % 2 == 0);
                map.put("k" + i, i);
            }
        }
        // As a reader would have it, who does not know with what types it was made.
        return Json.parse(all.add(0.1).add(-1.5e300).addNull().add(true).toString())
                .tree();
    }

    private static void packValue(JsonNode node, MessagePacker packer) throws IOException {
        switch (node.getNodeType()) {
            case ARRAY -> {
                packer.packArrayHeader(node.size());
                for (JsonNode each : node) {
                    packValue(each, packer);
                }
            }
            case OBJECT -> {
                packer.packMapHeader(node.size());
                for (var member : node.properties()) {
                    packer.packString(member.getKey());
                    packValue(member.getValue(), packer);
                }
            }
            case STRING -> packer.packString(node.textValue());
            case BOOLEAN -> packer.packBoolean(node.booleanValue());
            case NUMBER -> {
                if (node.isIntegralNumber()) {
                    packer.packBigInteger(node.bigIntegerValue());
                } else {
                    packer.packDouble(node.doubleValue());
                }
            }
            default -> packer.packNil();
        }
    }
}
