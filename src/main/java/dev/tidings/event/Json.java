package dev.tidings.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the bytes it travels in. It is validated once, when it is made, and parsed into a tree only if
 * somebody looks inside.
 */
public final class Json {
    /** How deep objects and arrays may nest. */
    public static final int MAX_DEPTH = 100;

    /** Reads and writes trees without losing precision: 1.10 stays 1.10, and 2^80 stays itself. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
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
        try (JsonParser parser = MAPPER.createParser(utf8)) {
            if (parser.nextToken() == null) {
                throw malformed("nothing there");
            }
            parser.skipChildren();
            // A number or string that ends the input is only checked to its end when the next token is asked for.
            parser.finishToken();
            if (parser.nextToken() != null) {
                throw malformed("something follows the value");
            }
        } catch (JsonProcessingException e) {
            throw malformed(e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return trusted(utf8);
    }

    public static Json of(JsonNode tree) {
        return new Json(write(tree), tree);
    }

    /** Bytes that are known to be one JSON value, as when they come from the log or were cut out of a parsed message. */
    public static Json trusted(byte[] utf8) {
        return hasLineBreak(utf8) ? of(read(utf8)) : new Json(utf8, null);
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

    /** Line breaks stand only between tokens in JSON; server-sent events and NDJSON need them gone. */
    private static boolean hasLineBreak(byte[] utf8) {
        for (byte b : utf8) {
            if (b == '\n' || b == '\r') {
                return true;
            }
        }
        return false;
    }

    private static JsonNode read(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (IOException e) {
            throw malformed(e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString());
        }
    }

    private static byte[] write(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Invalid malformed(String why) {
        return new Invalid(Invalid.What.MESSAGE, "not JSON: " + why);
    }
}
