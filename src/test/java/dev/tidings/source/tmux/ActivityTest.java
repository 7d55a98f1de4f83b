package dev.tidings.source.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private final Activity activity = new Activity();

    private static PaneRow pane(String id, String window, long output, int cursor) {
        return new PaneRow(Map.of(
                Field.PANE_ID,
                id,
                Field.WINDOW_ID,
                window,
                Field.WINDOW_ACTIVITY,
                "" + output,
                Field.WINDOW_ACTIVE,
                "1",
                Field.CURSOR_X,
                "" + cursor));
    }

    @Test
    void aPaneThatIsNewHasHadNoOutput() {
        assertThat(activity.look(List.of(pane("%0", "@0", 100, 5)), Map.of(), 100))
                .isEmpty();
        assertThat(activity.look(List.of(pane("%0", "@0", 100, 5)), Map.of(), 102))
                .isEmpty();
    }

    @Test
    void theOnlyPaneOfAWindowHadTheWindowsOutput() {
        activity.look(List.of(pane("%0", "@0", 100, 5)), Map.of(), 100);
        assertThat(activity.look(List.of(pane("%0", "@0", 101, 5)), Map.of(), 102))
                .containsExactly("%0");
    }

    @Test
    void outputInTheSecondOfTheLastLookShowsInItsTrace() {
        activity.look(List.of(pane("%0", "@0", 100, 5)), Map.of(), 100);
        assertThat(activity.look(List.of(pane("%0", "@0", 100, 6)), Map.of(), 102))
                .containsExactly("%0");
    }

    @Test
    void anotherTraceWithoutOutputIsAChangeOfSize() {
        activity.look(List.of(pane("%0", "@0", 90, 5)), Map.of(), 100);
        assertThat(activity.look(List.of(pane("%0", "@0", 90, 0)), Map.of(), 102))
                .isEmpty();
    }

    @Test
    void ofSeveralPanesItIsTheOneThatShowsATrace() {
        activity.look(List.of(pane("%0", "@0", 90, 5), pane("%1", "@0", 90, 5)), Map.of(), 100);
        assertThat(activity.look(List.of(pane("%0", "@0", 101, 5), pane("%1", "@0", 101, 7)), Map.of(), 102))
                .containsExactly("%1");
    }

    @Test
    void withoutATraceItIsAnyUntilTheScreensTell() {
        List<String> both = List.of("%0", "%1");
        activity.look(List.of(pane("%0", "@0", 90, 5), pane("%1", "@0", 90, 5)), Map.of(), 100);
        assertThat(activity.watched()).containsExactlyInAnyOrderElementsOf(both);
        assertThat(activity.look(List.of(pane("%0", "@0", 101, 5), pane("%1", "@0", 101, 5)), Map.of(), 102))
                .containsExactlyInAnyOrderElementsOf(both);

        activity.look(List.of(pane("%0", "@0", 103, 5), pane("%1", "@0", 103, 5)), Map.of("%0", "a", "%1", "b"), 104);
        assertThat(activity.look(
                        List.of(pane("%0", "@0", 105, 5), pane("%1", "@0", 105, 5)), Map.of("%0", "a", "%1", "c"), 106))
                .containsExactly("%1");
    }

    @Test
    void windowsThatAreQuietAreNotWatched() {
        activity.look(List.of(pane("%0", "@0", 80, 5), pane("%1", "@1", 95, 5)), Map.of(), 100);
        assertThat(activity.watched()).containsExactly("%1");
    }
}
