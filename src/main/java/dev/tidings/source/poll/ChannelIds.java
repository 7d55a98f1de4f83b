package dev.tidings.source.poll;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/** Makes the id of a channel from any name. */
public final class ChannelIds {
    private static final int LONGEST = 128;
    private static final String MARKS = "._~@+=/-";

    private ChannelIds() {}

    /**
     * The name with every character that no id may have as {@code ~} and two hex digits for each of its bytes in UTF-8:
     * {@code my work} becomes {@code my~20work}. A {@code ~} that would read as such an escape, or as where a name was cut, is
     * escaped itself, so two names never make the same id. A name that gets too long is cut and ends in {@code ~.} and its checksum.
     */
    public static String of(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        StringBuilder id = new StringBuilder(utf8.length + 16);
        for (int i = 0; i < utf8.length; i++) {
            boolean escape = utf8[i] == '~' ? readsAsEscape(utf8, i) || readsAsCut(utf8, i) : !allowed(utf8[i]);
            if (escape) {
                id.append('~').append(String.format("%02x", utf8[i]));
            } else {
                id.append((char) utf8[i]);
            }
        }
        return id.length() <= LONGEST ? id.toString() : cut(id, utf8);
    }

    /** The name that has this id; nothing when none has, or when it is one that was cut. */
    public static Optional<String> nameOf(String id) {
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream(id.length());
        byte[] ascii = id.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] == '~' && readsAsEscape(ascii, i)) {
                utf8.write(Integer.parseInt(id.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                utf8.write(ascii[i]);
            }
        }
        String name = utf8.toString(StandardCharsets.UTF_8);
        return of(name).equals(id) ? Optional.of(name) : Optional.empty();
    }

    private static boolean allowed(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || (b > 0 && MARKS.indexOf(b) >= 0);
    }

    private static boolean readsAsEscape(byte[] utf8, int tilde) {
        return tilde + 2 < utf8.length && isHex(utf8[tilde + 1]) && isHex(utf8[tilde + 2]);
    }

    private static boolean readsAsCut(byte[] utf8, int tilde) {
        return tilde + 1 < utf8.length && utf8[tilde + 1] == '.';
    }

    private static boolean isHex(byte b) {
        return Character.digit(b, 16) >= 0;
    }

    private static String cut(StringBuilder id, byte[] utf8) {
        CRC32 checksum = new CRC32();
        checksum.update(utf8);
        String end = String.format("~.%08x", checksum.getValue());
        return id.substring(0, LONGEST - end.length()) + end;
    }
}
