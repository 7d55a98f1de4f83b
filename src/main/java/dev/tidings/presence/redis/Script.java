package dev.tidings.presence.redis;

import dev.tidings.log.redis.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts that run in Redis; also when its memory is full, for what they hold is bounded, and leaving frees some. */
enum Script {
    CHECK,
    REGISTER,
    RETIRE,
    ANNOUNCE,
    HEARTBEAT,
    READ;

    private final String source;
    private final String digest;

    Script() {
        this.source = "#!lua flags=allow-oom\n" + load("state") + load(name().toLowerCase(Locale.ROOT));
        this.digest = HexFormat.of().formatHex(Digests.sha1(source.getBytes(StandardCharsets.UTF_8)));
    }

    /** For EVAL. */
    String source() {
        return source;
    }

    /** For EVALSHA. */
    String digest() {
        return digest;
    }

    private static String load(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + name + ".lua");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
