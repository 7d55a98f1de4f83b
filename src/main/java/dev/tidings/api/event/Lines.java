package dev.tidings.api.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a stream of bytes into lines, and keeps no more than one of them: of a line that is too long only its number is told.
 * Lines of nothing but blanks are left out, and counted. For one thread.
 */
final class Lines {
    private final int longest;
    private final Reader reader;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean skipping;
    private long number = 1;

    /** Gets the lines. */
    interface Reader {
        /** @param number from 1 */
        void line(long number, byte[] bytes);

        /** @param number from 1 */
        void tooLong(long number);
    }

    /** @param longest how many bytes a line may have, without its end */
    Lines(int longest, Reader reader) {
        this.longest = longest;
        this.reader = reader;
    }

    /** Takes the next bytes, which may begin and end anywhere. */
    void feed(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, from, i);
                complete();
                from = i + 1;
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** The stream has ended, and with it its last line. */
    void end() {
        complete();
    }

    private void keep(byte[] bytes, int from, int to) {
        if (skipping) {
            return;
        }
        if (begun.size() + (to - from) > longest) {
            skipping = true;
            begun.reset();
            reader.tooLong(number);
        } else {
            begun.write(bytes, from, to - from);
        }
    }

    private void complete() {
        if (!skipping && !isBlank()) {
            reader.line(number, begun.toByteArray());
        }
        begun.reset();
        skipping = false;
        number++;
    }

    private boolean isBlank() {
        return begun.toString(StandardCharsets.ISO_8859_1).isBlank();
    }
}
