package dev.tidings.source.tmux;

/** Reads what tmux prints, as the poller does. */
public final class TmuxParsers {
    private TmuxParsers() {}

    /** A list of panes, or none. */
    public static void listing(String printed) {
        try {
            Listing.parse(printed).forEach(row -> {
                if (row.session().isEmpty()) {
                    throw new IllegalStateException("a pane without a session");
                }
            });
        } catch (IllegalArgumentException none) {
            // Refused in words.
        }
    }
}
