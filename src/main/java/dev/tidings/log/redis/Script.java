package dev.tidings.log.redis;

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

    private final String text;
    private final String digest;

    Script(String first) {
        LuaSource source = LuaSource.of(first, Script.class, "shard", name().toLowerCase(Locale.ROOT));
        this.text = source.text();
        this.digest = source.digest();
    }

    /** For EVAL. */
    String text() {
        return text;
    }

    /** For EVALSHA. */
    String digest() {
        return digest;
    }
}
