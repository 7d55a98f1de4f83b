package dev.tidings.presence.redis;

import dev.tidings.log.redis.LuaSource;
import java.util.Locale;

/** The scripts that run in Redis; also when its memory is full, for what they hold is bounded, and leaving frees some. */
enum Script {
    CHECK,
    REGISTER,
    RETIRE,
    ANNOUNCE,
    HEARTBEAT,
    READ;

    private final String text;
    private final String digest;

    Script() {
        LuaSource source =
                LuaSource.of("#!lua flags=allow-oom\n", Script.class, "state", name().toLowerCase(Locale.ROOT));
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
