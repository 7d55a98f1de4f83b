package dev.tidings.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes messages in MessagePack instead of JSON: the same maps. Numbers that are not whole, or need more than 64 bits, are
 * float 64. The format is that of the MessagePack specification.
 */
public final class MessagePack {
    private static final int FIX_MAP = 0x80;
    private static final int FIX_ARRAY = 0x90;
    private static final int FIX_STR = 0xa0;
    private static final int NIL = 0xc0;
    private static final int FALSE = 0xc2;
    private static final int TRUE = 0xc3;
    private static final int FLOAT_64 = 0xcb;
    private static final int UINT_64 = 0xcf;
    private static final int INT_8 = 0xd0;
    private static final int STR_8 = 0xd9;
    private static final int ARRAY_16 = 0xdc;
    private static final int MAP_16 = 0xde;

    private final ByteArrayOutputStream bytes;
    private final DataOutputStream out;

    private MessagePack(int size) {
        this.bytes = new ByteArrayOutputStream(size);
        this.out = new DataOutputStream(bytes);
    }

    /** @param json one value, as this service writes it */
    public static byte[] pack(byte[] json) {
        MessagePack packer = new MessagePack(json.length);
        try {
            packer.write(Json.trusted(json).tree());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packer.bytes.toByteArray();
    }

    /** An array of values that are packed already. */
    public static byte[] array(List<byte[]> packed) {
        MessagePack packer = new MessagePack(1024);
        try {
            packer.writeLength(packed.size(), FIX_ARRAY, 16, ARRAY_16);
            for (byte[] each : packed) {
                packer.out.write(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packer.bytes.toByteArray();
    }

    /**
     * The value as JSON.
     *
     * @throws Invalid when the bytes are not one MessagePack value, or one that JSON does not have
     */
    public static String toJson(byte[] packed) {
        return new MessageUnpacker(packed).toJson();
    }

    private void write(JsonNode node) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                writeLength(node.size(), FIX_MAP, 16, MAP_16);
                for (var member : node.properties()) {
                    writeText(member.getKey());
                    write(member.getValue());
                }
            }
            case ARRAY -> {
                writeLength(node.size(), FIX_ARRAY, 16, ARRAY_16);
                for (JsonNode each : node) {
                    write(each);
                }
            }
            case STRING -> writeText(node.textValue());
            case BOOLEAN -> out.writeByte(node.booleanValue() ? TRUE : FALSE);
            case NUMBER -> writeNumber(node);
            default -> out.writeByte(NIL);
        }
    }

    private void writeText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length >= 32 && utf8.length < 1 << 8) {
            out.writeByte(STR_8);
            out.writeByte(utf8.length);
        } else {
            writeLength(utf8.length, FIX_STR, 32, STR_8 + 1);
        }
        out.write(utf8);
    }

    /**
     * @param fix the format that has the length in itself
     * @param fixed the least length that it has no room for
     * @param format16 the format with a length of 16 bits; that with 32 is the next one
     */
    private void writeLength(int length, int fix, int fixed, int format16) throws IOException {
        if (length < fixed) {
            out.writeByte(fix | length);
        } else if (length < 1 << 16) {
            out.writeByte(format16);
            out.writeShort(length);
        } else {
            out.writeByte(format16 + 1);
            out.writeInt(length);
        }
    }

    private void writeNumber(JsonNode number) throws IOException {
        if (number.isIntegralNumber()) {
            BigInteger whole = number.bigIntegerValue();
            if (whole.bitLength() < Long.SIZE) {
                writeWhole(whole.longValue());
                return;
            }
            if (whole.signum() > 0 && whole.bitLength() == Long.SIZE) {
                out.writeByte(UINT_64);
                out.writeLong(whole.longValue());
                return;
            }
        }
        out.writeByte(FLOAT_64);
        out.writeDouble(number.doubleValue());
    }

    /** In as few bytes as it takes; what is above zero as a number without a sign. */
    private void writeWhole(long number) throws IOException {
        if (number >= -32 && number < 128) {
            out.writeByte((int) number);
            return;
        }
        int bits = number < 0
                ? Long.SIZE + 1 - Long.numberOfLeadingZeros(~number)
                : Long.SIZE - Long.numberOfLeadingZeros(number);
        int first = number < 0 ? INT_8 : UINT_64 - 3;
        if (bits <= Byte.SIZE) {
            out.writeByte(first);
            out.writeByte((int) number);
        } else if (bits <= Short.SIZE) {
            out.writeByte(first + 1);
            out.writeShort((int) number);
        } else if (bits <= Integer.SIZE) {
            out.writeByte(first + 2);
            out.writeInt((int) number);
        } else {
            out.writeByte(first + 3);
            out.writeLong(number);
        }
    }
}
