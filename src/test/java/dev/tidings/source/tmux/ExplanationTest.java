package dev.tidings.source.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import dev.tidings.source.poll.Announcement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Channel A = new Channel("tmux:a");
    private static final Channel B = new Channel("tmux:b");

    private static ObjectNode session(String id, String name, String windows) {
        return (ObjectNode) Json.parse("{\"id\":\"" + id + "\",\"name\":\"" + name
                        + "\",\"server\":{\"pid\":1,\"started\":2},\"windows\":" + windows + "}")
                .tree();
    }

    private static String window(String id, boolean active, String... panes) {
        return "\"" + id + "\":{\"index\":0,\"name\":\"w\",\"active\":" + active + ",\"panes\":{"
                + String.join(",", panes) + "}}";
    }

    private static String pane(String id, String command) {
        return "\"" + id + "\":{\"index\":0,\"command\":\"" + command + "\",\"dead\":false}";
    }

    private static List<String> told(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
        return Explanation.of(before, after).stream()
                .map(each -> each.channel().id() + " " + each.type().substring("tmux.".length()) + " "
                        + each.payload().at("/pane/id").asText(""))
                .map(String::strip)
                .toList();
    }

    @Test
    void nothingIsToldOfWhatIsTheSame() {
        Map<Channel, ObjectNode> same = Map.of(A, session("$0", "a", "{" + window("@0", true, pane("%0", "sh")) + "}"));
        assertThat(Explanation.of(same, same)).isEmpty();
        assertThat(Explanation.of(Map.of(), Map.of())).isEmpty();
    }

    @Test
    void sessionsThatSwapTheirNamesAreRenamed() {
        assertThat(told(
                        Map.of(A, session("$0", "a", "{}"), B, session("$1", "b", "{}")),
                        Map.of(A, session("$1", "a", "{}"), B, session("$0", "b", "{}"))))
                .containsExactlyInAnyOrder(
                        "a session.renamed", "b session.renamed", "a session.renamed", "b session.renamed");
    }

    @Test
    void aSessionInThePlaceOfAnotherEndsTheOneAndBeginsTheOther() {
        assertThat(told(
                        Map.of(A, session("$0", "a", "{" + window("@0", true, pane("%0", "sh")) + "}")),
                        Map.of(A, session("$1", "a", "{" + window("@1", true, pane("%1", "sh")) + "}"))))
                .containsExactly(
                        "a pane.closed %0",
                        "a window.closed",
                        "a session.closed",
                        "a session.created",
                        "a window.created",
                        "a pane.created %1");
    }

    @Test
    void aPaneThatMovesToAnotherWindowClosesInTheOneAndOpensInTheOther() {
        assertThat(told(
                        Map.of(
                                A,
                                session("$0", "a", "{" + window("@0", true, pane("%0", "sh"), pane("%1", "vi")) + "}")),
                        Map.of(
                                A,
                                session(
                                        "$0",
                                        "a",
                                        "{" + window("@0", true, pane("%0", "sh")) + ","
                                                + window("@1", false, pane("%1", "vi")) + "}"))))
                .containsExactly("a pane.closed %1", "a window.created", "a pane.created %1");
    }

    @Test
    void windowsAreToldInTheOrderTheyWereMadeIn() {
        List<Announcement> told = Explanation.of(
                Map.of(),
                Map.of(
                        A,
                        session(
                                "$0",
                                "a",
                                "{" + window("@10", true) + "," + window("@9", false) + "," + window("@11", false)
                                        + "}")));
        assertThat(told.subList(1, 4))
                .extracting(each -> each.payload().at("/window/id").asText())
                .containsExactly("@9", "@10", "@11");
    }

    @Test
    void aStateThatIsNotASessionsIsNoTrouble() {
        ObjectNode odd = (ObjectNode) Json.parse("{\"windows\":3}").tree();
        assertThat(told(Map.of(A, odd), Map.of())).containsExactly("a session.closed");
    }
}
