package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.source.tmux.TestTmux;
import dev.tidings.testing.Ports;
import dev.tidings.testing.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service in an environment of its own: {@code TMUX_TMPDIR} says where tmux's sockets are, and the {@code tmux} on its
 * path counts how often it is run.
 */
class TmuxEnvironmentIT {
    private static final int PANES = 60;

    @TempDir
    private Path directory;

    private Process service;
    private int port;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        TestTmux.create().close();
        Path counting = Files.createDirectory(directory.resolve("bin")).resolve("tmux");
        Files.writeString(
                counting, "#!/bin/sh\necho run >> " + directory + "/runs\nPATH=$REAL_PATH exec tmux \"$@\"\n");
        assertThat(counting.toFile().setExecutable(true)).isTrue();
        tmux("-L", "default", "new-session", "-d", "-s", "many", "-x", "200", "-y", "200", "cat");
        for (int i = 1; i < PANES; i++) {
            String[] split = {"-L", "default", "split-window", "-d", "-t", "many:0.0", "cat"};
            String[] window = {"-L", "default", "new-window", "-d", "-t", "many", "cat"};
            tmux(i < PANES / 4 ? split : window);
            tmux("-L", "default", "select-layout", "-t", "many:0", "tiled");
        }
        tmux("-L", "work", "new-session", "-d", "-s", "named", "cat");
        service = launch();
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (service != null) {
            service.destroy();
            assertThat(service.waitFor(20, TimeUnit.SECONDS)).isTrue();
            tmux("-L", "default", "kill-server");
            tmux("-L", "work", "kill-server");
        }
    }

    @Test
    void itsServersAreFoundAndOneLookIsOneProcessHoweverManyPanes() {
        Awaitility.await("both servers")
                .atMost(Duration.ofSeconds(30))
                .ignoreException(UncheckedIOException.class)
                .until(() -> get("/api/v1/channels/tmux:named/state").contains("\"name\":\"named\"")
                        && get("/api/v1/channels/tmux:many/state").split("\"pid\":", -1).length == PANES + 2);
        long looksBefore = looks();
        long runsBefore = runs();
        Awaitility.await("more looks").atMost(Duration.ofSeconds(60)).until(() -> looks() >= looksBefore + 30);
        // Each of the two pollers may be between its run and its look's being counted, at both ends.
        assertThat(runs() - runsBefore).isBetween(looks() - looksBefore - 8, looks() - looksBefore + 8);
    }

    private long runs() {
        try (var lines = Files.lines(directory.resolve("runs"))) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long looks() {
        return (long) get("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("tidings_poller_runs_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private String get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .header("Authorization", "Bearer " + Tokens.token("ada", "*:*"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void tmux(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeAll(List.of("TMUX", "TMUX_PANE"));
        builder.environment().put("TMUX_TMPDIR", directory.toString());
        assertThat(builder.start().waitFor()).as(command.toString()).isZero();
    }

    private Process launch() throws IOException {
        port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dquarkus.http.port=" + port,
                        "-Dtidings.auth.secret=" + Tokens.SECRET,
                        "-Dtidings.pollers.host.enabled=false",
                        "-Dtidings.pollers.tmux.interval=200ms",
                        "-Dtidings.pollers.work.kind=tmux",
                        "-Dtidings.pollers.work.socket=work",
                        "-Dtidings.pollers.work.interval=200ms",
                        "-jar",
                        System.getProperty("tidings.jar", "target/quarkus-app/quarkus-run.jar"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile());
        String path = System.getenv("PATH");
        builder.environment()
                .putAll(Map.of(
                        "TMUX_TMPDIR",
                        directory.toString(),
                        "REAL_PATH",
                        path,
                        "PATH",
                        directory.resolve("bin") + java.io.File.pathSeparator + path));
        return builder.start();
    }
}
