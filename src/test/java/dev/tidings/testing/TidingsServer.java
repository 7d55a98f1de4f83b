package dev.tidings.testing;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** The packaged service in a process of its own, on a free port, as a user starts it. */
public final class TidingsServer implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Most tests are over before the better compiler's work would pay. */
    private static final List<String> QUICKLY = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Process process;
    private final Path output;
    private final int port;

    private TidingsServer(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Starts it with a secret and without pollers, and waits until it is ready. */
    public static TidingsServer start(Map<String, String> settings) {
        return start(settings, 1).getFirst();
    }

    /** Starts several at once with the same settings, and waits until all are ready. */
    public static List<TidingsServer> start(Map<String, String> settings, int count) {
        List<TidingsServer> servers = IntStream.range(0, count)
                .mapToObj(i -> launch(sheltered(settings)))
                .toList();
        servers.forEach(TidingsServer::awaitReady);
        return servers;
    }

    static Map<String, String> sheltered(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "tidings.auth.secret",
                Tokens.SECRET,
                "tidings.pollers.tmux.enabled",
                "false",
                "tidings.pollers.host.enabled",
                "false"));
        all.putAll(settings);
        return all;
    }

    public static TidingsServer start() {
        return start(Map.of());
    }

    /** Starts it with nothing but these settings and does not wait. */
    public static TidingsServer launch(Map<String, String> settings) {
        return launch(settings, Ports.free());
    }

    /** The same on a port that is known to be free. */
    public static TidingsServer launch(Map<String, String> settings, int port) {
        return launch(Training.options(), settings, port);
    }

    /** Starts it with a secret, without pollers and with variables of the environment besides, and does not wait. */
    public static TidingsServer launch(Map<String, String> settings, int port, Map<String, String> environment) {
        // A JVM with an agent cannot use what was noted in training.
        List<String> options = environment.containsKey("JAVA_TOOL_OPTIONS") ? List.of() : Training.options();
        return launch(options, sheltered(settings), port, environment);
    }

    /** With options of the JVM besides. */
    static TidingsServer launch(List<String> options, Map<String, String> settings, int port) {
        return launch(options, settings, port, Map.of());
    }

    private static TidingsServer launch(
            List<String> options, Map<String, String> settings, int port, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("tidings-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command(options, settings, port))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new TidingsServer(process, output, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A binary takes settings, and how much memory it may have, as a JVM does. */
    private static List<String> command(List<String> options, Map<String, String> settings, int port) {
        String binary = System.getProperty("tidings.binary", "");
        List<String> command = new ArrayList<>();
        if (binary.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(QUICKLY);
            command.addAll(options);
        } else {
            command.add(binary);
        }
        command.add("-Xmx256m");
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        if (!settings.containsKey("quarkus.http.port")) {
            command.add("-Dquarkus.http.port=" + port);
        }
        if (binary.isEmpty()) {
            command.add("-jar");
            command.add(System.getProperty("tidings.jar", "target/quarkus-app/quarkus-run.jar"));
        }
        return command;
    }

    public void awaitReady() {
        Awaitility.await("ready; its output:\n" + output)
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended:\n" + output());
                    }
                    return isReady();
                });
    }

    public boolean isReady() {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (UncheckedIOException notListening) {
            return false;
        }
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .build());
    }

    /** A request with a token, to be completed. */
    public HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    public HttpResponse<String> post(String path, String token, String body) {
        return send(request(path, token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public int port() {
        return port;
    }

    /** What a JVM counts of its collections is there after the first. */
    public void collectGarbage() {
        try {
            int failed = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
            if (failed != 0) {
                throw new AssertionError("jcmd failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Process process() {
        return process;
    }

    /** What it has printed so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it without any warning. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits for its end, and says with which status. */
    public int awaitExit() {
        return awaitExit(Duration.ofSeconds(30));
    }

    int awaitExit(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("still running:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(10, TimeUnit.SECONDS);
            }
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
