package dev.tidings.log;

import dev.tidings.event.Invalid;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A place in all shards of a log at once: where a pattern's stream stands. It counts what everybody does, so clients get it
 * sealed: as an epoch that means nothing to them, without sequences.
 *
 * @param epoch of the log's numbering
 * @param sequences for each shard the sequence number of the newest event already seen
 */
public record Cursor(String epoch, List<Long> sequences) {
    private static final Pattern SEALED = Pattern.compile("[A-Za-z0-9_-]{40,2000}");

    public Cursor {
        sequences = List.copyOf(sequences);
    }

    /**
     * A cursor as a client has it, to be opened by whoever sealed it.
     *
     * @throws Invalid when the text does not look like one
     */
    public static Cursor sealed(String text) {
        if (!SEALED.matcher(text).matches()) {
            throw notACursor();
        }
        return new Cursor(text, List.of());
    }

    /** @throws Invalid when the text is no cursor of ours */
    public static Cursor parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length < 2 || text.length() > 2000 || parts[0].isEmpty()) {
            throw notACursor();
        }
        List<Long> sequences = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            try {
                sequences.add(Long.parseLong(parts[i], 36));
            } catch (NumberFormatException e) {
                throw notACursor();
            }
        }
        return new Cursor(parts[0], sequences);
    }

    private static Invalid notACursor() {
        return new Invalid(Invalid.What.MESSAGE, "not a cursor: use one that the server gave, unchanged");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(epoch);
        for (long sequence : sequences) {
            text.append('.').append(Long.toString(sequence, 36));
        }
        return text.toString();
    }
}
