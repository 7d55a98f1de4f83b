package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.source.tmux.TestTmux;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about migration as somebody follows it: with its settings, its commands in their order, and its client. */
class MigrationIT {
    private static final Pattern BLOCK =
            Pattern.compile("```(sh|properties|python) MigrationIT\\n(.*?)```", Pattern.DOTALL);
    private static final String DONE = "\necho; echo --- done\n";
    private static final String NO_PYTHON = "skipped: python3 here has no websockets of 15 or newer";
    private static final String OPERATOR = Tokens.token("operator", "*:*");
    private static final String TOKEN =
            Tokens.token("dashboard", "subscribe:tmux:*", "history:tmux:*", "subscribe:feature:*");

    @TempDir
    static Path directory;

    private static TestTmux tmux;
    private static TidingsServer server;

    @BeforeAll
    static void start() throws IOException {
        tmux = TestTmux.create();
        tmux.session("build");
        Properties settings = new Properties();
        settings.load(new StringReader(blocks("properties").getFirst()));
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put(key.toString(), value.toString()));
        assertThat(all.put("tidings.pollers.tmux.socket", tmux.server().name())).isEqualTo("/run/tmux/work");
        server = TidingsServer.start(all);
        Awaitility.await("the session")
                .until(() -> server.send(server.request("/api/v1/channels/tmux:build/state", TOKEN)
                                        .build())
                                .statusCode()
                        == 200);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            tmux.close();
        }
    }

    private static List<String> blocks(String... languages) throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("docs/migration.md")))
                .results()
                .filter(block -> List.of(languages).contains(block.group(1)))
                .map(MigrationIT::runnable)
                .toList();
    }

    private static String runnable(MatchResult block) {
        return block.group(1).equals("python")
                ? "python3 - <<'PYTHON'\n" + block.group(2) + "PYTHON\n"
                : block.group(2);
    }

    @Test
    void everyBlockDoesWhatItPromises() throws Exception {
        assumeTrue(hasPython(), NO_PYTHON);
        List<String> blocks = blocks("sh", "python");
        Path output = directory.resolve("blocks.out");
        Process running = program(output, "bash", "-a", "-e", "-o", "pipefail", "-c", String.join(DONE, blocks) + DONE);
        assertThat(running.waitFor(60, TimeUnit.SECONDS))
                .as(Files.readString(output))
                .isTrue();
        String said = Files.readString(output);
        assertThat(running.exitValue()).as(said).isZero();
        assertThat(blocks).hasSizeGreaterThan(8);
        assertThat(said.split("--- done", -1)).hasSize(blocks.size() + 1);
        assertThat(said).contains("\"channel\":\"tmux:build\"", "tidings_connections_open{");
        assertThat(said).contains("polls after tmux:build #");
        assertThat(published("project:abc", "deployed")).hasSize(1);
        assertThat(published("news:index", "news.published")).as("tried twice").hasSize(1);
        assertThat(published("home:light.hall", "state.changed")).hasSize(1);
    }

    @Test
    void itsClientChangesOverAndBackAndMissesNothing() throws Exception {
        assumeTrue(hasPython(), NO_PYTHON);
        Path output = directory.resolve("gradual.out");
        Process client = program(
                output, "python3", "clients/python/examples/gradual.py", "tmux:gradual", "feature:gradual-push");
        try {
            // It begins with what comes next, so the first events only show that it has begun.
            Awaitility.await("it polls").atMost(Duration.ofSeconds(30)).until(() -> {
                say();
                return lines(output).stream().anyMatch(line -> line.startsWith("poll #"));
            });
            for (String way : List.of("push", "poll", "push")) {
                flag(way.equals("push"));
                Awaitility.await(way).atMost(Duration.ofSeconds(30)).until(() -> {
                    say();
                    return !lines(output).isEmpty() && lines(output).getLast().startsWith(way + " #");
                });
            }
            long last = say();
            Awaitility.await("the last").until(() -> lines(output).getLast().contains("#" + last + " "));
            List<Long> offsets = lines(output).stream()
                    .map(line -> Long.parseLong(line.replaceAll(".*#(\\d+) .*", "$1")))
                    .toList();
            assertThat(offsets)
                    .isEqualTo(IntStream.range(0, offsets.size())
                            .mapToObj(i -> offsets.getFirst() + i)
                            .toList());
        } finally {
            client.destroy();
            client.waitFor();
        }
    }

    private static long say() {
        return WsClient.parse(server.post("/api/v1/channels/tmux:gradual/events", OPERATOR, "{\"event\":\"test.said\"}")
                        .body())
                .path("offset")
                .asLong();
    }

    private static void flag(boolean on) {
        server.send(server.request("/api/v1/channels/feature:gradual-push/state", OPERATOR)
                .PUT(BodyPublishers.ofString("{\"enabled\":" + on + "}"))
                .build());
    }

    private static List<String> lines(Path output) {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> published(String channel, String event) {
        JsonNode answer = WsClient.parse(
                server.send(server.request("/api/v1/channels/" + channel + "/events?event=" + event, OPERATOR)
                                .build())
                        .body());
        return List.copyOf(answer.path("events").findParents("offset"));
    }

    /** Of the version that the Python client wants. */
    private static boolean hasPython() throws IOException, InterruptedException {
        return program(
                                directory.resolve("python.out"),
                                "python3",
                                "-c",
                                "import websockets; assert int(websockets.__version__.split('.')[0]) >= 15")
                        .waitFor()
                == 0;
    }

    private static Process program(Path output, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        boolean shell = command[0].equals("bash");
        if (shell) {
            builder.directory(directory.toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("TMUX", "TMUX_PANE"));
        environment.put("TIDINGS", "http://127.0.0.1:" + server.port());
        environment.put("TIDINGS_URL", environment.get("TIDINGS"));
        environment.put("TOKEN", TOKEN);
        environment.put("TIDINGS_TOKEN", OPERATOR);
        environment.put("OPERATOR", OPERATOR);
        environment.put("TMUX_SOCKET", tmux.server().name());
        environment.put("TMUX_TMPDIR", tmux.directory().toString());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put(
                "PYTHONPATH", Path.of("clients/python/src").toAbsolutePath().toString());
        return builder.start();
    }
}
