package dev.tidings.log.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A script as Redis is sent it.
 *
 * @param text for EVAL
 * @param digest for EVALSHA
 */
public record LuaSource(String text, String digest) {
    /**
     * Puts a script together.
     *
     * @param first its first line, which tells Redis when it may run, with its line break
     * @param beside a class in whose package the files are
     * @param names of the files, in order, without .lua
     */
    public static LuaSource of(String first, Class<?> beside, String... names) {
        StringBuilder text = new StringBuilder(first);
        for (String name : names) {
            text.append(load(beside, name + ".lua"));
        }
        byte[] digest = Digests.sha1(text.toString().getBytes(StandardCharsets.UTF_8));
        return new LuaSource(text.toString(), HexFormat.of().formatHex(digest));
    }

    private static String load(Class<?> beside, String name) {
        try (InputStream file = beside.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
