package dev.tidings.source.tmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListingTest {
    /** As tmux prints a pane: every value quoted, and a bar after each. */
    private static String printed(Map<Field, String> values) {
        return Stream.of(Field.values())
                .map(field -> values.getOrDefault(
                                field,
                                switch (field) {
                                    case SESSION_ID -> "$1";
                                    case WINDOW_ID -> "@2";
                                    case PANE_ID -> "%3";
                                    default -> "";
                                })
                        .replaceAll("[|\\\\ \"]", "\\\\$0"))
                .collect(Collectors.joining("|", "", "|\n"));
    }

    @Test
    void nothingPrintedIsNoPane() {
        assertThat(Listing.parse("")).isEmpty();
    }

    @Test
    void aValueMayHoldBarsBackslashesAndLineBreaks() {
        String path = "/a|b\\c\n\"d e\"\\";
        var rows = Listing.parse(printed(Map.of(Field.PANE_CURRENT_PATH, path)) + printed(Map.of(Field.PID, "7")));
        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst().text(Field.PANE_CURRENT_PATH)).isEqualTo(path);
        assertThat(rows.getLast().number(Field.PID)).isEqualTo(7);
        assertThat(rows.getLast().pane()).isEqualTo("%3");
    }

    @Test
    void anythingElseIsRefused() {
        String one = printed(Map.of());
        assertThatThrownBy(() -> Listing.parse(one.substring(0, one.length() - 2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Listing.parse("usage: tmux [-2CDlNuVv]\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Listing.parse(printed(Map.of(Field.PANE_ID, ""))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Listing.parse("|" + one)).isInstanceOf(IllegalArgumentException.class);
    }
}
