package dev.tidings.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack.PackerConfig;
import org.msgpack.core.MessagePack.UnpackerConfig;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Messages in MessagePack instead of JSON: the same maps, for what JSON has. Numbers that are not whole, or need more than
 * 64 bits, are float 64.
 */
public final class MessagePack {
    private static final PackerConfig PACKER = new PackerConfig();
    private static final UnpackerConfig UNPACKER = new UnpackerConfig()
            .withActionOnMalformedString(CodingErrorAction.REPORT)
            .withActionOnUnmappableString(CodingErrorAction.REPORT);

    /** One level is the envelope's own. */
    private static final int MAX_DEPTH = Json.MAX_DEPTH + 1;

    private MessagePack() {}

    /** @param json one value, as this service writes it */
    public static byte[] pack(byte[] json) {
        try (MessageBufferPacker packer = PACKER.newBufferPacker()) {
            pack(Json.trusted(json).tree(), packer);
            return packer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An array of values that are packed already. */
    public static byte[] array(List<byte[]> packed) {
        try (MessageBufferPacker packer = PACKER.newBufferPacker()) {
            packer.packArrayHeader(packed.size());
            for (byte[] each : packed) {
                packer.addPayload(each);
            }
            return packer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The value as JSON.
     *
     * @throws Invalid when the bytes are not one MessagePack value, or one that JSON does not have
     */
    public static String toJson(byte[] packed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(packed.length + packed.length / 2);
        try (MessageUnpacker unpacker = UNPACKER.newUnpacker(packed)) {
            try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
                copy(unpacker, json, 0);
            }
            if (unpacker.hasNext()) {
                throw unreadable("one frame holds one message");
            }
        } catch (MessagePackException e) {
            throw unreadable("not MessagePack, or cut off");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void pack(JsonNode node, MessagePacker packer) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                packer.packMapHeader(node.size());
                for (var member : node.properties()) {
                    packer.packString(member.getKey());
                    pack(member.getValue(), packer);
                }
            }
            case ARRAY -> {
                packer.packArrayHeader(node.size());
                for (JsonNode each : node) {
                    pack(each, packer);
                }
            }
            case STRING -> packer.packString(node.textValue());
            case BOOLEAN -> packer.packBoolean(node.booleanValue());
            case NUMBER -> packNumber(node, packer);
            default -> packer.packNil();
        }
    }

    private static void packNumber(JsonNode number, MessagePacker packer) throws IOException {
        if (!number.isIntegralNumber()) {
            packer.packDouble(number.doubleValue());
        } else if (number.canConvertToLong()) {
            packer.packLong(number.longValue());
        } else {
            BigInteger large = number.bigIntegerValue();
            if (large.signum() > 0 && large.bitLength() <= Long.SIZE) {
                packer.packBigInteger(large);
            } else {
                packer.packDouble(number.doubleValue());
            }
        }
    }

    private static void copy(MessageUnpacker unpacker, JsonGenerator json, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw unreadable("maps and arrays nest deeper than " + Json.MAX_DEPTH);
        }
        ValueType type = unpacker.getNextFormat().getValueType();
        switch (type) {
            case MAP -> copyMap(unpacker, json, depth);
            case ARRAY -> {
                json.writeStartArray();
                for (int left = unpacker.unpackArrayHeader(); left > 0; left--) {
                    copy(unpacker, json, depth + 1);
                }
                json.writeEndArray();
            }
            case STRING -> json.writeString(unpacker.unpackString());
            case BOOLEAN -> json.writeBoolean(unpacker.unpackBoolean());
            case INTEGER -> json.writeNumber(unpacker.unpackBigInteger());
            case FLOAT -> {
                double number = unpacker.unpackDouble();
                if (!Double.isFinite(number)) {
                    throw unreadable("a number is finite");
                }
                json.writeNumber(number);
            }
            case NIL -> {
                unpacker.unpackNil();
                json.writeNull();
            }
            case BINARY, EXTENSION -> throw unreadable("bin and ext are not known here: use str, such as base64");
        }
    }

    private static void copyMap(MessageUnpacker unpacker, JsonGenerator json, int depth) throws IOException {
        json.writeStartObject();
        for (int left = unpacker.unpackMapHeader(); left > 0; left--) {
            if (unpacker.getNextFormat().getValueType() != ValueType.STRING) {
                throw unreadable("the keys of a map are str");
            }
            json.writeFieldName(unpacker.unpackString());
            copy(unpacker, json, depth + 1);
        }
        json.writeEndObject();
    }

    private static Invalid unreadable(String why) {
        return new Invalid(Invalid.What.MESSAGE, why);
    }
}
