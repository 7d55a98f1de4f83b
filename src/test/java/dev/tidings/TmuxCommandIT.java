package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.source.tmux.TestTmux;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that are carried out in a real tmux. */
class TmuxCommandIT {
    private static TestTmux tmux;
    private static TidingsServer server;
    private CommandClient ada;

    @BeforeAll
    static void start() {
        tmux = TestTmux.create();
        tmux.session("work");
        tmux.session("worker");
        server = TidingsServer.start(Map.of(
                "tidings.commands.screens.kind", "tmux",
                "tidings.commands.screens.allow", "send-keys, new-session,kill-session",
                "tidings.commands.screens.socket", tmux.server().name(),
                "tidings.commands.keys.kind", "tmux",
                "tidings.commands.keys.allow", "send-keys",
                "tidings.commands.keys.tenant", "typists",
                "tidings.commands.keys.socket", tmux.server().name()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            tmux.close();
        }
    }

    @BeforeEach
    void connect() {
        ada = CommandClient.connect(server, Tokens.token("ada", "*:*"));
    }

    @AfterEach
    void disconnect() {
        ada.close();
    }

    private JsonNode command(String channel, String name, String args) {
        JsonNode reply = ada.command(channel, "{\"name\":\"" + name + "\",\"args\":" + args + "}");
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("command_response");
        return reply.path("payload");
    }

    private String succeed(String channel, String name, String args) {
        JsonNode payload = command(channel, name, args);
        assertThat(payload.path("status").asText()).as(payload.toString()).isEqualTo("ok");
        return payload.at("/result/session").asText();
    }

    private static void awaitScreen(String target, String text) {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(tmux.run("capture-pane", "-p", "-t", target)).contains(text));
    }

    private static List<String> sessions() {
        return tmux.run("list-sessions", "-F", "#{session_name}").lines().toList();
    }

    @Test
    void keysAreTypedAsTheyAre() {
        tmux.session("typing");
        succeed(
                "tmux:typing",
                "send-keys",
                "{\"text\":\"echo $HOME `id` #{pane_id};\",\"keys\":[\"Enter\",\"C-;\",\";\",\"x\"]}");
        awaitScreen("typing", "echo $HOME `id` #{pane_id};");
        succeed("tmux:typing", "send-keys", "{\"text\":\"-R -t worker\",\"keys\":[\"Enter\"]}");
        awaitScreen("typing", "-R -t worker");
        succeed("tmux:typing", "send-keys", "{\"text\":\"kill-server;\"}");
        succeed("tmux:typing", "send-keys", "{\"keys\":[\"Enter\"]}");
        succeed("tmux:typing", "send-keys", "{\"text\":\"a\\\\;\",\"keys\":[\"Enter\"]}");
        awaitScreen("typing", "a\\;");
        assertThat(tmux.run("capture-pane", "-p", "-t", "worker"))
                .doesNotContain("echo")
                .doesNotContain("-R");
        assertThat(sessions()).contains("work", "worker");
    }

    @Test
    void aPaneOfTheSessionCanBeMeantAndNoOther() {
        String pane = tmux.run("split-window", "-d", "-P", "-F", "#{pane_id}", "-t", "worker", "cat");
        succeed("tmux:worker", "send-keys", "{\"text\":\"to the second\",\"pane\":\"" + pane + "\"}");
        awaitScreen(pane, "to the second");
        JsonNode refused = command("tmux:work", "send-keys", "{\"text\":\"x\",\"pane\":\"" + pane + "\"}");
        assertThat(refused.at("/error/message").asText()).isEqualTo("the session has no pane " + pane);
    }

    @Test
    void sessionsBeginAndEnd() throws Exception {
        Path directory = Files.createTempDirectory("tidings a b;");
        String id = succeed(
                "tmux:my~20own~3b", "new-session", "{\"directory\":\"" + directory + "\",\"width\":100,\"height\":30}");
        assertThat(sessions()).contains("my own;");
        assertThat(tmux.run(
                        "display-message", "-p", "-t", id + ":", "#{session_path} #{window_width} #{window_height}"))
                .isEqualTo(directory + " 100 30");
        JsonNode again = command("tmux:my~20own~3b", "new-session", "{}");
        assertThat(again.at("/error/message").asText()).contains("duplicate session");
        assertThat(succeed("tmux:my~20own~3b", "kill-session", "{}")).isEqualTo(id);
        assertThat(sessions()).doesNotContain("my own;").contains("work", "worker");
        assertThat(command("tmux:my~20own~3b", "kill-session", "null")
                        .at("/error/message")
                        .asText())
                .isEqualTo("there is no such session");
        Files.delete(directory);
    }

    @Test
    void namesAreNotPatternsAndNotOptions() {
        for (String name : List.of("wor", "work*", "=work", "$0", "@0", "-a", "wo~3fk", "work~3a0")) {
            JsonNode payload = command("tmux:" + name.replace("*", "~2a").replace("$", "~24"), "kill-session", "null");
            assertThat(payload.at("/error/message").asText()).as(name).isEqualTo("there is no such session");
        }
        String id = succeed("tmux:-a", "new-session", "{}");
        assertThat(sessions()).contains("-a");
        assertThat(succeed("tmux:-a", "kill-session", "{}")).isEqualTo(id);
        assertThat(sessions()).contains("work", "worker");
    }

    @Test
    void aFormatIsNoWayToRunPrograms() throws Exception {
        Path made = tmux.directory().resolve("made");
        String hex = "~23~28touch~20" + made.toString().replace("/", "~2f") + "~29";
        assertThat(command("tmux:" + hex, "new-session", "{}").path("status").asText())
                .isEqualTo("error");
        assertThat(command("tmux:fresh", "new-session", "{\"directory\":\"/#(touch " + made + ")\"}")
                        .at("/error/message")
                        .asText())
                .contains("directory is an absolute path without #");
        tmux.session("format");
        succeed("tmux:format", "send-keys", "{\"text\":\"#(touch " + made + ")\",\"keys\":[\"Enter\"]}");
        awaitScreen("format", "#(touch ");
        assertThat(made).doesNotExist();
    }

    @Test
    void onlyWhatIsAllowedIsDone() {
        try (CommandClient typist = CommandClient.connect(server, Tokens.tenantToken("typists", "eve", "*:*"))) {
            JsonNode refused = typist.command("tmux:work", "{\"name\":\"kill-session\"}");
            assertThat(refused.at("/payload/error/message").asText())
                    .isEqualTo("there is no command kill-session here; allowed is send-keys");
            assertThat(typist.command("tmux:work", "{\"name\":\"send-keys\",\"args\":{\"text\":\"hello\"}}")
                            .at("/payload/status")
                            .asText())
                    .isEqualTo("ok");
        }
        assertThat(command("tmux:work", "kill-server", "null")
                        .at("/error/message")
                        .asText())
                .isEqualTo("there is no command kill-server here; allowed is kill-session, new-session, send-keys");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            send-keys    | null                             | send-keys needs text or keys
            send-keys    | []                               | args is an object
            send-keys    | {"text":"x","target":"worker"}   | args are text, keys, pane
            send-keys    | {"text":5}                       | text is a string
            send-keys    | {"text":"\\u0000"}               | without control characters
            send-keys    | {"text":"\\u001b[A"}             | without control characters
            send-keys    | {"keys":"Enter"}                 | keys is a list
            send-keys    | {"keys":["kill-server"]}         | keys is a list
            send-keys    | {"keys":["-R"]}                  | keys is a list
            send-keys    | {"keys":[7]}                     | keys is a list
            send-keys    | {"text":"x","pane":"worker"}     | pane is the id of a pane
            send-keys    | {"text":"x","pane":5}            | pane is the id of a pane
            new-session  | {"command":"sh"}                 | args are directory, width, height
            new-session  | {"directory":"tmp"}              | directory is an absolute path
            new-session  | {"directory":"/no/such"}         | there is no such directory: /no/such
            new-session  | {"directory":"/etc/passwd"}      | there is no such directory
            new-session  | {"width":0}                      | width is a whole number
            new-session  | {"height":"5"}                   | height is a whole number
            kill-session | {"all":true}                     | there are no args
            kill-session | []                               | there are no args
            """)
    void badArgumentsAreRefusedAndSayWhy(String name, String args, String why) {
        JsonNode payload = command("tmux:work", name, args);
        assertThat(payload.path("status").asText()).isEqualTo("error");
        assertThat(payload.at("/error/code").asText()).isEqualTo("handler_failed");
        assertThat(payload.at("/error/message").asText()).contains(why);
        assertThat(sessions()).contains("work", "worker");
    }

    @Test
    void longTextIsRefusedAndNamesThatNoSessionCanHave() {
        tmux.session("long");
        assertThat(command("tmux:long", "send-keys", "{\"text\":\"" + "x".repeat(8193) + "\"}")
                        .at("/error/message")
                        .asText())
                .contains("at most 8192 bytes");
        succeed("tmux:long", "send-keys", "{\"text\":\"" + "x".repeat(8192) + "\"}");
        assertThat(command("tmux:a.b", "new-session", "{}").at("/error/message").asText())
                .isEqualTo("a session's name has no . : # and no control characters");
    }
}
