package dev.tidings.log.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The scripts that run in Redis. Only what adds something is refused when Redis's memory is full: the little that the others
 * write, an epoch, an expiry or another number, must not keep what is there from being read.
 */
enum Script {
    APPEND("#!lua\n"),
    READ("#!lua flags=allow-oom\n"),
    CHECK("#!lua flags=allow-oom\n"),
    NAMES("#!lua flags=allow-oom\n"),
    HEADS("#!lua flags=allow-oom\n"),
    SCAN("#!lua flags=allow-oom\n"),
    FIND("#!lua flags=allow-oom\n"),
    BEGIN("#!lua\n", "keep"),
    ACKNOWLEDGE("#!lua flags=allow-oom\n", "keep");

    private final String text;
    private final String digest;

    /** @param shared files that it needs besides its own */
    Script(String first, String... shared) {
        List<String> files = new ArrayList<>(List.of("shard"));
        files.addAll(List.of(shared));
        files.add(name().toLowerCase(Locale.ROOT));
        LuaSource source = LuaSource.of(first, Script.class, files.toArray(String[]::new));
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
