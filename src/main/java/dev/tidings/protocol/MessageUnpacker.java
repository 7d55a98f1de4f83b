package dev.tidings.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads one value in MessagePack and writes it as JSON. */
final class MessageUnpacker {
    /** One level is the envelope's own. */
    private static final int MAX_DEPTH = Json.MAX_DEPTH + 1;

    private final ByteBuffer in;
    private final ByteArrayOutputStream bytes;

    MessageUnpacker(byte[] packed) {
        this.in = ByteBuffer.wrap(packed);
        this.bytes = new ByteArrayOutputStream(packed.length + packed.length / 2);
    }

    /** @throws Invalid as {@link MessagePack#toJson} */
    String toJson() {
        try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
            copy(json, 0);
        } catch (BufferUnderflowException e) {
            throw unreadable("not MessagePack, or cut off");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (in.hasRemaining()) {
            throw unreadable("one frame holds one message");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void copy(JsonGenerator json, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw unreadable("maps and arrays nest deeper than " + Json.MAX_DEPTH);
        }
        int format = Byte.toUnsignedInt(in.get());
        switch (format) {
            case 0xc0 -> json.writeNull();
            case 0xc2 -> json.writeBoolean(false);
            case 0xc3 -> json.writeBoolean(true);
            case 0xca -> copyNumber(in.getFloat(), json);
            case 0xcb -> copyNumber(in.getDouble(), json);
            case 0xcc -> json.writeNumber(Byte.toUnsignedInt(in.get()));
            case 0xcd -> json.writeNumber(Short.toUnsignedInt(in.getShort()));
            case 0xce -> json.writeNumber(Integer.toUnsignedLong(in.getInt()));
            case 0xcf -> json.writeNumber(Long.toUnsignedString(in.getLong()));
            case 0xd0 -> json.writeNumber(in.get());
            case 0xd1 -> json.writeNumber(in.getShort());
            case 0xd2 -> json.writeNumber(in.getInt());
            case 0xd3 -> json.writeNumber(in.getLong());
            case 0xd9, 0xda, 0xdb -> json.writeString(text(format));
            case 0xdc -> copyArray(Short.toUnsignedInt(in.getShort()), json, depth);
            case 0xdd -> copyArray(Integer.toUnsignedLong(in.getInt()), json, depth);
            case 0xde -> copyMap(Short.toUnsignedInt(in.getShort()), json, depth);
            case 0xdf -> copyMap(Integer.toUnsignedLong(in.getInt()), json, depth);
            default -> copyShort(format, json, depth);
        }
    }

    /** The formats that have their number or length in themselves. */
    private void copyShort(int format, JsonGenerator json, int depth) throws IOException {
        if (format < 0x80 || format >= 0xe0) {
            json.writeNumber((byte) format);
        } else if (format < 0x90) {
            copyMap(format & 0x0f, json, depth);
        } else if (format < 0xa0) {
            copyArray(format & 0x0f, json, depth);
        } else if (format < 0xc0) {
            json.writeString(text(format));
        } else {
            throw unreadable(
                    format == 0xc1
                            ? "not MessagePack, or cut off"
                            : "bin and ext are not known here: use str, such as base64");
        }
    }

    private void copyArray(long length, JsonGenerator json, int depth) throws IOException {
        json.writeStartArray();
        for (long i = 0; i < length; i++) {
            copy(json, depth + 1);
        }
        json.writeEndArray();
    }

    private void copyMap(long length, JsonGenerator json, int depth) throws IOException {
        json.writeStartObject();
        for (long i = 0; i < length; i++) {
            int format = Byte.toUnsignedInt(in.get());
            if ((format & 0xe0) != 0xa0 && (format < 0xd9 || format > 0xdb)) {
                throw unreadable("the keys of a map are str");
            }
            json.writeFieldName(text(format));
            copy(json, depth + 1);
        }
        json.writeEndObject();
    }

    private String text(int format) {
        int length = switch (format) {
            case 0xd9 -> Byte.toUnsignedInt(in.get());
            case 0xda -> Short.toUnsignedInt(in.getShort());
            case 0xdb -> in.getInt();
            default -> format & 0x1f;
        };
        if (length < 0 || length > in.remaining()) {
            throw unreadable("not MessagePack, or cut off");
        }
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw unreadable("a str is not UTF-8");
        }
    }

    private static void copyNumber(double number, JsonGenerator json) throws IOException {
        if (!Double.isFinite(number)) {
            throw unreadable("a number is finite");
        }
        json.writeNumber(number);
    }

    private static Invalid unreadable(String why) {
        return new Invalid(Invalid.What.MESSAGE, why);
    }
}
