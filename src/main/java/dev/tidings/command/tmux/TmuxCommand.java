package dev.tidings.command.tmux;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done with tmux sessions. */
public enum TmuxCommand {
    SEND_KEYS,
    NEW_SESSION,
    KILL_SESSION;

    /** As on tmux's command line: {@code send-keys}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All of them, as they are written in a list. */
    public static String all() {
        return Arrays.stream(values()).map(TmuxCommand::text).collect(Collectors.joining(", "));
    }
}
