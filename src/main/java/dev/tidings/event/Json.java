package dev.tidings.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the bytes it travels in. It is validated once, when it is made, and parsed into a tree only if
 * somebody looks inside: what is let in can be made a tree, and written again.
 */
public final class Json {
    /** How deep objects and arrays of a value that comes from outside may nest. */
    public static final int MAX_DEPTH = 100;

    /** Deeper by what we put around such values: an envelope, a patch, a list. */
    private static final int MAX_DEPTH_WRAPPED = MAX_DEPTH + 20;

    /** A decimal number with a larger exponent could cost any amount of memory to calculate with. */
    private static final int MAX_EXPONENT_DIGITS = 4;

    /** Reads and writes trees without losing precision: 1.10 stays 1.10, and 2^80 stays itself. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH_WRAPPED)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** JSON's null. */
    public static final Json NULL = new Json("null".getBytes(StandardCharsets.US_ASCII), null);

    private final byte[] utf8;
    private volatile @Nullable JsonNode tree;

    private Json(byte[] utf8, @Nullable JsonNode tree) {
        this.utf8 = utf8;
        this.tree = tree;
    }

    /** @throws Invalid when the text is not one JSON value */
    public static Json parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws Invalid when the bytes are not one JSON value in UTF-8 */
    public static Json parse(byte[] utf8) {
        requireUtf8(utf8);
        try (JsonParser parser = MAPPER.createParser(utf8)) {
            if (parser.nextToken() == null) {
                throw malformed("nothing there");
            }
            check(parser);
            if (parser.nextToken() != null) {
                throw malformed("something follows the value");
            }
        } catch (JsonProcessingException e) {
            throw malformed(Malformed.why(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cut(utf8);
    }

    /**
     * Moves a parser from the first token of a value that comes from outside to its last.
     *
     * @throws Invalid when the value nests deeper than {@link #MAX_DEPTH} or has a number that is out of range
     * @throws IOException when it is not JSON
     */
    public static void check(JsonParser parser) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                if (++depth > MAX_DEPTH) {
                    throw malformed("it nests deeper than " + MAX_DEPTH);
                }
            } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                depth--;
            } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                checkExponent(parser);
            }
        } while (depth > 0 && parser.nextToken() != null);
        // A number or string that ends the input is only checked to its end when it is asked for.
        parser.finishToken();
    }

    private static void checkExponent(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int end = parser.getTextOffset() + parser.getTextLength();
        int digits = -1;
        for (int i = parser.getTextOffset(); i < end; i++) {
            if (text[i] == 'e' || text[i] == 'E') {
                digits = 0;
            } else if (digits > 0 || (digits == 0 && text[i] > '0' && text[i] <= '9')) {
                digits++;
            }
        }
        if (digits > MAX_EXPONENT_DIGITS) {
            throw malformed("a number's exponent has at most " + MAX_EXPONENT_DIGITS + " digits");
        }
    }

    /** @throws Invalid when the bytes are not JSON text in UTF-8 (RFC 8259, section 8.1) */
    public static void requireUtf8(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                // As in UTF-16 and UTF-32, which a parser would take for what they are.
                throw malformed("not UTF-8");
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw malformed("not UTF-8");
        }
    }

    /**
     * A value cut out of UTF-8 text that has been {@linkplain #check checked}.
     *
     * @throws Invalid when a string has half a surrogate pair, which is no character (RFC 8259, section 8.2)
     */
    public static Json cut(byte[] utf8) {
        boolean lines = false;
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] == '\\') {
                i = Surrogates.endOfEscape(utf8, i);
            } else if (utf8[i] == '\n' || utf8[i] == '\r') {
                lines = true;
            }
        }
        // Line breaks stand only between tokens in JSON; server-sent events and NDJSON need them gone.
        return lines ? of(read(utf8)) : new Json(utf8, null);
    }

    public static Json of(JsonNode tree) {
        return new Json(write(tree), tree);
    }

    /** Bytes that were a {@code Json} before, as when they come from the log. */
    public static Json trusted(byte[] utf8) {
        return new Json(utf8, null);
    }

    /** The value in UTF-8, on one line. Shared: not to be changed. */
    public byte[] utf8() {
        return utf8;
    }

    /** The value as a tree; parsed on first use. Shared: not to be changed. */
    public JsonNode tree() {
        JsonNode known = tree;
        if (known == null) {
            known = read(utf8);
            tree = known;
        }
        return known;
    }

    /** True when {@link #tree} costs nothing any more. */
    public boolean isParsed() {
        return tree != null;
    }

    /** The number of bytes it travels in. */
    public int size() {
        return utf8.length;
    }

    /** Equal when the bytes are; {@link MergePatch#same} compares values. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Json json && Arrays.equals(utf8, json.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static JsonNode read(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (IOException e) {
            throw malformed(e instanceof JsonProcessingException json ? Malformed.why(json) : e.toString());
        }
    }

    private static byte[] write(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Invalid malformed(String why) {
        return new Invalid(Invalid.What.MESSAGE, "not JSON: " + why);
    }
}
