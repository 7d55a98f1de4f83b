package dev.tidings.source.tmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Channel;
import dev.tidings.source.poll.Announcement;
import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a real tmux. */
class TmuxPollerTest {
    private final TestTmux tmux = TestTmux.create();
    private final Watch watch = new Watch(poller(false));

    private TmuxPoller poller(boolean content) {
        return new TmuxPoller("here", tmux.server(), content, Duration.ofSeconds(5), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        tmux.close();
    }

    @Test
    void withoutAServerThereIsNothing() {
        assertThat(watch.look()).isEmpty();
        assertThat(watch.states()).isEmpty();
    }

    @Test
    void aServerWithoutSessionsIsNothingToo() {
        tmux.session("main");
        tmux.run("set", "-s", "exit-empty", "off");
        watch.look();
        tmux.run("kill-session", "-t", "main");
        assertThat(watch.structureTypes())
                .containsExactly("tmux.pane.closed", "tmux.window.closed", "tmux.session.closed");
        assertThat(watch.states()).isEmpty();
    }

    @Test
    void aSessionBeginsWithItsWindowsAndPanes() {
        tmux.session("main");
        List<Announcement> announced = watch.structure();
        assertThat(announced)
                .extracting(Announcement::type)
                .containsExactly("tmux.session.created", "tmux.window.created", "tmux.pane.created");
        assertThat(announced).extracting(Announcement::channel).containsOnly(new Channel("tmux:main"));
        JsonNode payload = announced.getLast().payload();
        assertThat(payload.at("/session/id").asText()).isEqualTo("$0");
        assertThat(payload.at("/session/name").asText()).isEqualTo("main");
        assertThat(payload.at("/window/id").asText()).isEqualTo("@0");
        assertThat(payload.at("/window/name").asText()).isEqualTo("first");
        assertThat(payload.at("/pane/id").asText()).isEqualTo("%0");

        JsonNode state = watch.state("tmux:main");
        assertThat(state.path("id").asText()).isEqualTo("$0");
        assertThat(state.path("attached").asInt()).isZero();
        assertThat(state.at("/windows/@0/active").asBoolean()).isTrue();
        JsonNode pane = state.at("/windows/@0/panes/%0");
        assertThat(pane.path("active").asBoolean()).isTrue();
        assertThat(pane.path("dead").asBoolean()).isFalse();
        assertThat(pane.path("width").asInt()).isEqualTo(80);
        assertThat(pane.path("pid").asLong()).isPositive();
        assertThat(pane.path("path").asText()).isNotEmpty();
    }

    @Test
    void aSessionEndsWithItsWindowsAndPanes() {
        tmux.session("main");
        tmux.session("other");
        watch.look();
        tmux.run("kill-session", "-t", "main");
        List<Announcement> announced = watch.structure();
        assertThat(announced)
                .extracting(Announcement::type)
                .containsExactly("tmux.pane.closed", "tmux.window.closed", "tmux.session.closed");
        assertThat(announced).extracting(Announcement::channel).containsOnly(new Channel("tmux:main"));
        assertThat(watch.states()).containsOnlyKeys(new Channel("tmux:other"));
    }

    @Test
    void aServerThatEndsEndsEverything() {
        tmux.session("main");
        watch.look();
        tmux.run("kill-server");
        assertThat(watch.lookFor("tmux.session.closed").channel()).isEqualTo(new Channel("tmux:main"));
        assertThat(watch.states()).isEmpty();
    }

    @Test
    void theSameIdsOfAnotherServerAreAnotherSession() {
        tmux.session("main");
        watch.look();
        tmux.run("kill-server");
        await().until(() -> !running());
        tmux.session("main");
        assertThat(watch.structureTypes())
                .containsSubsequence("tmux.session.closed", "tmux.session.created")
                .doesNotContain("tmux.session.renamed");
    }

    private boolean running() {
        try {
            tmux.run("list-sessions");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void aRenamedSessionIsToldOfOnBothChannels() {
        tmux.session("old");
        watch.look();
        tmux.run("rename-session", "-t", "old", "new");
        List<Announcement> announced = watch.structure();
        assertThat(announced).extracting(Announcement::type).containsOnly("tmux.session.renamed");
        assertThat(announced)
                .extracting(Announcement::channel)
                .containsExactly(new Channel("tmux:new"), new Channel("tmux:old"));
        assertThat(announced.getFirst().payload().at("/previous/name").asText()).isEqualTo("old");
        assertThat(announced.getLast().payload().at("/session/name").asText()).isEqualTo("new");
        assertThat(watch.states()).containsOnlyKeys(new Channel("tmux:new"));
    }

    @Test
    void windowsAreCreatedActivatedRenamedAndClosed() {
        tmux.session("main");
        watch.look();
        tmux.run("new-window", "-d", "-t", "main", "-n", "second", "cat");
        assertThat(watch.structureTypes()).containsExactly("tmux.window.created", "tmux.pane.created");

        tmux.run("select-window", "-t", "main:second");
        List<Announcement> activated = watch.structure();
        assertThat(activated).extracting(Announcement::type).containsExactly("tmux.window.activated");
        assertThat(activated.getFirst().payload().at("/window/name").asText()).isEqualTo("second");
        assertThat(activated.getFirst().payload().at("/previous/name").asText()).isEqualTo("first");

        tmux.run("rename-window", "-t", "main:second", "third");
        List<Announcement> renamed = watch.structure();
        assertThat(renamed).extracting(Announcement::type).containsExactly("tmux.window.renamed");
        assertThat(renamed.getFirst().payload().at("/previous/name").asText()).isEqualTo("second");

        tmux.run("kill-window", "-t", "main:third");
        assertThat(watch.structureTypes())
                .containsExactly("tmux.pane.closed", "tmux.window.closed", "tmux.window.activated");
    }

    @Test
    void panesAreCreatedAndClosed() {
        tmux.session("main");
        watch.look();
        tmux.run("split-window", "-d", "-t", "main", "cat");
        List<Announcement> created = watch.structure();
        assertThat(created).extracting(Announcement::type).contains("tmux.pane.created");
        assertThat(created.getFirst().payload().at("/pane/id").asText()).isEqualTo("%1");
        tmux.run("kill-pane", "-t", "%1");
        assertThat(watch.structureTypes()).contains("tmux.pane.closed");
    }

    @Test
    void aPaneTellsWhatRunsInIt() {
        tmux.run("new-session", "-d", "-s", "main", "sh");
        await().until(() -> {
            watch.look();
            return watch.state("tmux:main")
                    .at("/windows/@0/panes/%0/command")
                    .asText()
                    .equals("sh");
        });
        tmux.run("send-keys", "-t", "main", "sleep 1000", "Enter");
        Announcement changed = watch.lookFor("tmux.pane.command.changed");
        assertThat(changed.payload().at("/pane/command").asText()).isEqualTo("sleep");
        assertThat(changed.payload().at("/previous/command").asText()).isEqualTo("sh");
    }

    @Test
    void aPaneThatIsKeptAfterItsEndDied() {
        tmux.run("new-session", "-d", "-s", "main", "cat");
        tmux.run("set", "-g", "remain-on-exit", "on");
        tmux.run("new-window", "-d", "-t", "main", "read line; exit 3");
        tmux.run("new-window", "-d", "-t", "main", "read line; kill -KILL $$");
        watch.look();
        tmux.run("send-keys", "-t", "%1", "Enter");
        tmux.awaitExitStatus("%1");
        Announcement died = watch.lookFor("tmux.pane.died");
        assertThat(died.payload().at("/pane/exit_status").asInt()).isEqualTo(3);
        assertThat(watch.state("tmux:main").at("/windows/@1/panes/%1/dead").asBoolean())
                .isTrue();

        tmux.run("send-keys", "-t", "%2", "Enter");
        tmux.awaitExitStatus("%2");
        JsonNode killed = watch.lookFor("tmux.pane.died").payload().path("pane");
        assertThat(killed.path("id").asText()).isEqualTo("%2");
        assertThat(killed.path("signal").asInt()).isEqualTo(9);
    }

    @Test
    void outputIsToldOfThePaneThatHadItAndIsNoChangeOfState() {
        tmux.session("main");
        tmux.run("split-window", "-d", "-t", "main", "cat");
        tmux.run("new-window", "-d", "-t", "main", "cat");
        watch.settle();
        JsonNode before = watch.state("tmux:main");

        tmux.run("send-keys", "-t", "%1", "hello", "Enter");
        Announcement output = watch.lookFor("tmux.pane.output");
        assertThat(output.payload().at("/pane/id").asText()).isEqualTo("%1");
        assertThat(output.payload().has("content")).isFalse();
        assertThat(watch.state("tmux:main")).isEqualTo(before);
        watch.settle();
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aSpinnerThatMovesNoCursorIsOutputOfItsPaneOnly() {
        tmux.session("main");
        tmux.run("split-window", "-d", "-t", "main", "cat");
        watch.settle();
        tmux.run(
                "split-window",
                "-d",
                "-t",
                "main",
                "i=0; while true; do i=$((i+1)); printf '\\r%d' $((i % 10)); sleep 0.1; done");
        watch.lookFor("tmux.pane.created");
        // The first look at a window with output may hold all its panes for possible.
        watch.lookFor("tmux.pane.output");
        await().until(() -> watch.look().stream()
                .map(each -> each.payload().at("/pane/id").asText())
                .toList()
                .equals(List.of("%2")));
        for (int i = 0; i < 5; i++) {
            assertThat(watch.lookFor("tmux.pane.output")
                            .payload()
                            .at("/pane/id")
                            .asText())
                    .isEqualTo("%2");
        }
    }

    @Test
    void contentIsToldWhenAskedFor() {
        Watch reader = new Watch(poller(true));
        tmux.session("main");
        reader.settle();
        tmux.run("send-keys", "-t", "main", "hello, world", "Enter");
        await().until(() -> reader.lookFor("tmux.pane.output")
                .payload()
                .path("content")
                .asText()
                .equals("hello, world\nhello, world"));
    }

    @Test
    void strangeNamesArriveAsTheyAre() throws IOException {
        List<String> names = List.of(
                "my work",
                "ünï 日本",
                "it's \"quoted\"",
                "a;b",
                "back\\slash",
                "pipe|d",
                "a&b $HOME `id`",
                "100%",
                "#tag");
        Path strange = Files.createDirectory(tmux.directory().resolve("new\nline |and\\more"));
        for (String name : names) {
            tmux.run("new-session", "-d", "-s", name, "-n", name, "-c", strange.toString(), "cat");
        }
        // tmux gives formats their value when the session is made, and replaces colons and dots.
        tmux.run("new-session", "-d", "-s", "x#{session_id}", "cat");
        tmux.run("new-session", "-d", "-s", "co:lon.dot", "cat");
        watch.look();
        assertThat(watch.states().values())
                .extracting(state -> state.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(tmux.run("list-sessions", "-F", "#{session_name}")
                        .lines()
                        .toList());
        assertThat(watch.state("tmux:my~20work").at("/windows/@0/panes/%0/path").asText())
                .isEqualTo(strange.toRealPath().toString());
        assertThat(watch.states())
                .hasSize(names.size() + 2)
                .containsKeys(
                        new Channel("tmux:my~20work"),
                        new Channel("tmux:~c3~bcn~c3~af~20~e6~97~a5~e6~9c~ac"),
                        new Channel("tmux:a~3bb"),
                        new Channel("tmux:co_lon_dot"));
    }

    @Test
    void twoServersDoNotOwnEachOthersSessions() {
        tmux.session("main");
        watch.look();
        TmuxPoller other = new TmuxPoller(
                "here", TmuxServer.of("other", Map.of()), false, Duration.ofSeconds(1), Clock.systemUTC());
        assertThat(other.owns(watch.state("tmux:main"))).isFalse();
        assertThat(poller(false).owns(watch.state("tmux:main"))).isTrue();
    }

    @Test
    void aSocketThatMayNotBeUsedIsUnavailable() {
        TmuxServer tooLong = TmuxServer.of("/tmp/" + "x".repeat(200), Map.of());
        TmuxPoller poller = new TmuxPoller("here", tooLong, false, Duration.ofSeconds(1), Clock.systemUTC());
        assertThatThrownBy(() -> poller.poll(Map.of()))
                .isInstanceOf(SourceUnavailable.class)
                .hasMessageContaining("File name too long");
    }

    @Test
    void aServerThatHangsIsUnavailableInTime() throws Exception {
        tmux.session("main");
        long pid = Long.parseLong(tmux.run("display-message", "-p", "#{pid}"));
        TmuxPoller poller = new TmuxPoller("here", tmux.server(), false, Duration.ofMillis(300), Clock.systemUTC());
        new ProcessBuilder("kill", "-STOP", "" + pid).start().waitFor();
        try {
            assertThatThrownBy(() -> poller.poll(Map.of()))
                    .isInstanceOf(SourceUnavailable.class)
                    .hasMessage("tmux did not answer within 300 ms");
        } finally {
            new ProcessBuilder("kill", "-CONT", "" + pid).start().waitFor();
        }
    }
}
