package dev.tidings.source.tmux;

import java.util.Locale;

/** What tmux is asked for of every pane; named as tmux names it. */
enum Field {
    PID,
    START_TIME,
    SESSION_ID,
    SESSION_NAME,
    SESSION_ATTACHED,
    WINDOW_ID,
    WINDOW_INDEX,
    WINDOW_NAME,
    WINDOW_ACTIVE,
    WINDOW_ACTIVITY,
    PANE_ID,
    PANE_INDEX,
    PANE_ACTIVE,
    PANE_CURRENT_COMMAND,
    PANE_CURRENT_PATH,
    PANE_TITLE,
    PANE_PID,
    PANE_WIDTH,
    PANE_HEIGHT,
    PANE_DEAD,
    PANE_DEAD_STATUS,
    PANE_DEAD_SIGNAL,
    HISTORY_SIZE,
    HISTORY_BYTES,
    CURSOR_X,
    CURSOR_Y,
    ALTERNATE_ON;

    /**
     * The format that prints them all. Each is quoted ({@code q:}), which puts a backslash before every {@code |} in it, and
     * ends in a bare {@code |}. No control character would do as a separator: tmux prints those as {@code _} or as octal
     * escapes, depending on its version.
     */
    static final String FORMAT = format();

    private static String format() {
        StringBuilder format = new StringBuilder();
        for (Field field : values()) {
            format.append("#{q:").append(field.name().toLowerCase(Locale.ROOT)).append("}|");
        }
        return format.toString();
    }
}
