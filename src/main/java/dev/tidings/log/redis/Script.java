package dev.tidings.log.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The scripts that run in Redis. Only an append is refused when Redis's memory is full: the little that the others
 * write, an epoch or an expiry, must not keep what is there from being read.
 */
enum Script {
    APPEND("#!lua\n"),
    READ("#!lua flags=allow-oom\n"),
    CHECK("#!lua flags=allow-oom\n"),
    NAMES("#!lua flags=allow-oom\n"),
    HEADS("#!lua flags=allow-oom\n"),
    SCAN("#!lua flags=allow-oom\n");

    private final String source;
    private final String digest;

    Script(String first) {
        this.source = first + load("shard") + load(name().toLowerCase(Locale.ROOT));
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
