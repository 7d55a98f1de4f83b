package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.source.tmux.TestTmux;
import dev.tidings.testing.Events;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens in tmux, as a subscriber of the running service hears it. */
class TmuxIT {
    private static TidingsServer server;
    /** Its server runs throughout; the visitor's comes and goes. */
    private static TestTmux tmux;

    private static TestTmux visitor;

    private WsClient client;
    private Events events;

    @BeforeAll
    static void startService() {
        tmux = TestTmux.create();
        visitor = TestTmux.create();
        tmux.session("always");
        server = TidingsServer.start(Map.of(
                "tidings.pollers.tmux.enabled", "true",
                "tidings.pollers.tmux.socket", tmux.server().name(),
                "tidings.pollers.tmux.interval", "100ms",
                "tidings.pollers.visitor.kind", "tmux",
                "tidings.pollers.visitor.socket", visitor.server().name(),
                "tidings.pollers.visitor.interval", "100ms",
                "tidings.pollers.visitor.content", "true"));
    }

    @AfterAll
    static void stopService() {
        if (server != null) {
            server.close();
            tmux.close();
            visitor.close();
        }
    }

    @BeforeEach
    void subscribe() {
        client = WsClient.connect(server);
        events = Events.of(client, "tmux:*");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void aSessionIsToldFromItsBeginningToItsEnd() {
        tmux.session("whole");
        JsonNode changed = events.await("tmux:whole", "state.changed");
        assertThat(changed.at("/payload/patch/name").asText()).isEqualTo("whole");
        assertThat(changed.at("/payload/previous/name").isNull()).isTrue();
        String session = told("tmux:whole", "tmux.session.created", "/session/id");
        String first = told("tmux:whole", "tmux.window.created", "/window/id");
        assertThat(told("tmux:whole", "tmux.pane.created", "/window/name")).isEqualTo("first");

        tmux.run("new-window", "-d", "-t", "whole", "-n", "second", "cat");
        assertThat(told("tmux:whole", "tmux.window.created", "/window/name")).isEqualTo("second");
        JsonNode created = told("tmux:whole", "tmux.pane.created");
        String second = created.at("/window/id").asText();
        String pane = created.at("/pane/id").asText();
        assertThat(pane).startsWith("%");

        tmux.run("rename-window", "-t", second, "logs");
        JsonNode renamed = told("tmux:whole", "tmux.window.renamed");
        assertThat(renamed.at("/window/name").asText()).isEqualTo("logs");
        assertThat(renamed.at("/previous/name").asText()).isEqualTo("second");

        tmux.run("select-window", "-t", second);
        JsonNode activated = told("tmux:whole", "tmux.window.activated");
        assertThat(activated.at("/window/id").asText()).isEqualTo(second);
        assertThat(activated.at("/previous/id").asText()).isEqualTo(first);

        tmux.run("split-window", "-d", "-t", second, "cat");
        String other = told("tmux:whole", "tmux.pane.created", "/pane/id");
        tmux.run("kill-pane", "-t", other);
        assertThat(told("tmux:whole", "tmux.pane.closed", "/pane/id")).isEqualTo(other);

        tmux.run("kill-window", "-t", second);
        assertThat(told("tmux:whole", "tmux.pane.closed", "/pane/id")).isEqualTo(pane);
        assertThat(told("tmux:whole", "tmux.window.closed", "/window/name")).isEqualTo("logs");
        assertThat(told("tmux:whole", "tmux.window.activated", "/window/id")).isEqualTo(first);

        tmux.run("kill-session", "-t", "whole");
        assertThat(told("tmux:whole", "tmux.session.closed", "/session/id")).isEqualTo(session);
        events.await("tmux:whole", "state.deleted");
        assertThat(state("tmux:whole")).isNull();
    }

    @Test
    void whatRunsInAPaneIsTold() {
        tmux.run("new-session", "-d", "-s", "runs", "-n", "first", "sh");
        told("tmux:runs", "tmux.pane.created");
        tmux.run("send-keys", "-t", "runs", "sleep 1000", "Enter");
        JsonNode changed = events.await(
                "sleep",
                event -> Events.isOf(event, "tmux:runs", "tmux.pane.command.changed")
                        && event.at("/payload/pane/command").asText().equals("sleep"));
        assertNamed(changed);

        tmux.run("set", "-w", "-t", "runs", "remain-on-exit", "on");
        tmux.run("send-keys", "-t", "runs", "C-c");
        tmux.run("send-keys", "-t", "runs", "exit 3", "Enter");
        JsonNode died = told("tmux:runs", "tmux.pane.died");
        String pane = died.at("/pane/id").asText();
        tmux.awaitExitStatus(pane);
        Awaitility.await()
                .untilAsserted(() -> assertThat(state("tmux:runs")
                                .at("/windows/" + died.at("/window/id").asText() + "/panes/" + pane + "/exit_status")
                                .asInt())
                        .isEqualTo(3));
        tmux.run("kill-session", "-t", "runs");
        told("tmux:runs", "tmux.session.closed");
    }

    @Test
    void outputIsToldOfItsPaneAndWithoutContentUnlessConfigured() {
        tmux.session("quiet");
        visitor.session("loud");
        told("tmux:quiet", "tmux.pane.created");
        Awaitility.await("cat").until(() -> state("tmux:quiet").toString().contains("\"command\":\"cat\""));
        JsonNode before = state("tmux:quiet");
        tmux.run("send-keys", "-t", "quiet", "one two", "Enter");
        JsonNode output = told("tmux:quiet", "tmux.pane.output");
        assertThat(output.has("content")).isFalse();
        assertThat(output.path("pane").has("title")).isTrue();
        assertThat(state("tmux:quiet")).as("output is no change of state").isEqualTo(before);

        visitor.run("send-keys", "-t", "loud", "three four", "Enter");
        JsonNode shown = events.await(
                "content",
                event -> Events.isOf(event, "tmux:loud", "tmux.pane.output")
                        && event.at("/payload/content").asText().contains("three four"));
        assertNamed(shown);
        visitor.run("kill-server");
        told("tmux:loud", "tmux.session.closed");
    }

    @Test
    void aRenamedSessionMovesToItsNewChannel() {
        tmux.session("before");
        told("tmux:before", "tmux.pane.created");
        // Before tmux has run the pane's program the pane shows the shell, and the look after tells the difference.
        Awaitility.await("cat").until(() -> state("tmux:before").toString().contains("\"command\":\"cat\""));
        tmux.run("rename-session", "-t", "before", "after");
        JsonNode there = told("tmux:after", "tmux.session.renamed");
        assertThat(there.at("/session/name").asText()).isEqualTo("after");
        assertThat(there.at("/previous/name").asText()).isEqualTo("before");
        events.await("tmux:before", "state.deleted");
        assertThat(events.types("tmux:before")).endsWith("tmux.session.renamed", "state.deleted");
        assertThat(events.types("tmux:after")).containsExactly("state.changed", "tmux.session.renamed");
        tmux.run("kill-session", "-t", "after");
        events.await("tmux:after", "state.deleted");
    }

    @Test
    void namesOutsideTheAlphabetOfChannelsAreEscaped() {
        String name = "é w|rk~20";
        tmux.session(name);
        assertThat(told("tmux:~c3~a9~20w~7crk~7e20", "tmux.session.created", "/session/name"))
                .isEqualTo(name);
        tmux.run("kill-session", "-t", name);
        told("tmux:~c3~a9~20w~7crk~7e20", "tmux.session.closed");
    }

    @Test
    void aServerThatIsNotThereIsEmptyAndNothingIsStale() throws IOException, InterruptedException {
        String before = "";
        for (boolean killed : new boolean[] {false, true}) {
            visitor.session("guest");
            events.await("tmux:guest", "state.changed");
            told("tmux:guest", "tmux.session.created");
            String pid = state("tmux:guest").at("/server/pid").asText();
            assertThat(pid).isNotEqualTo(before);
            before = pid;
            if (killed) {
                assertThat(new ProcessBuilder("kill", "-9", pid).start().waitFor())
                        .isZero();
            } else {
                visitor.run("kill-server");
            }
            told("tmux:guest", "tmux.session.closed");
            events.await("tmux:guest", "state.deleted");
        }
        assertThat(events.types("tmux:guest")).doesNotContain("state.stale", "state.fresh");
        assertThat(server.output()).doesNotContain("cannot look at its source");
    }

    /** The payload of the next such event, which names what it is about. */
    private JsonNode told(String channel, String type) {
        JsonNode event = events.await(channel, type);
        assertNamed(event);
        return event.path("payload");
    }

    /** What is at a place in that payload. */
    private String told(String channel, String type, String pointer) {
        return told(channel, type).at(pointer).asText();
    }

    private static void assertNamed(JsonNode event) {
        String type = event.path("event").asText();
        assertThat(event.at("/payload/session/id").asText())
                .as(event.toString())
                .matches("\\$\\d+");
        assertThat(event.at("/payload/session/name").asText())
                .as(event.toString())
                .isNotEmpty();
        if (!type.startsWith("tmux.session.")) {
            assertThat(event.at("/payload/window/id").asText())
                    .as(event.toString())
                    .matches("@\\d+");
            assertThat(event.at("/payload/window/name").asText())
                    .as(event.toString())
                    .isNotEmpty();
        }
        if (type.startsWith("tmux.pane.")) {
            assertThat(event.at("/payload/pane/id").asText())
                    .as(event.toString())
                    .matches("%\\d+");
            assertThat(event.at("/payload/pane/index").isInt())
                    .as(event.toString())
                    .isTrue();
        }
    }

    /** What is retained for a channel; null when nothing is. */
    private static JsonNode state(String channel) {
        var response = server.send(server.request("/api/v1/channels/" + channel + "/state", Tokens.token("ada", "*:*"))
                .build());
        return response.statusCode() == 200 ? WsClient.parse(response.body()) : null;
    }
}
