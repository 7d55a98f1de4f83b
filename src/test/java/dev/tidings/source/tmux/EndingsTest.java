package dev.tidings.source.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndingsTest {
    private final Endings endings = new Endings();

    private static List<PaneRow> dead(String status) {
        return List.of(new PaneRow(Map.of(
                Field.SESSION_NAME, "main",
                Field.WINDOW_ID, "@0",
                Field.PANE_ID, "%0",
                Field.PANE_DEAD, "1",
                Field.PANE_DEAD_STATUS, status)));
    }

    @Test
    void aDeathWithItsStatusIsToldAtOnce() {
        assertThat(endings.await(dead("0"), Map.of())).isEmpty();
    }

    @Test
    void aDeathWithoutOneIsToldAtTheNextLook() {
        assertThat(endings.await(dead(""), Map.of())).containsExactly("%0");
        assertThat(endings.await(dead(""), Map.of())).isEmpty();
        assertThat(endings.await(dead(""), Map.of())).isEmpty();
    }

    @Test
    void aDeathThatWasToldBeforeARestartStaysOne() {
        ObjectNode session = (ObjectNode) Json.parse("{\"windows\":{\"@0\":{\"panes\":{\"%0\":{\"dead\":true}}}}}")
                .tree();
        assertThat(endings.await(dead(""), Map.of(new Channel("tmux:main"), session)))
                .isEmpty();
    }
}
