package dev.tidings.source.tmux;

import java.util.Map;

/**
 * A pane as tmux lists it, with its window and session. A window that is linked into several sessions is listed in each.
 *
 * @param values one for each {@link Field}
 */
record PaneRow(Map<Field, String> values) {
    String text(Field field) {
        return values.getOrDefault(field, "");
    }

    /** Zero where there is none. */
    long number(Field field) {
        String text = text(field);
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    boolean is(Field flag) {
        return number(flag) != 0;
    }

    String session() {
        return text(Field.SESSION_ID);
    }

    String window() {
        return text(Field.WINDOW_ID);
    }

    String pane() {
        return text(Field.PANE_ID);
    }

    boolean dead() {
        return is(Field.PANE_DEAD);
    }

    /** The server it is of: ids begin anew with every server. */
    String server() {
        return text(Field.PID) + '@' + text(Field.START_TIME);
    }
}
