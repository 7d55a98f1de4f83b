package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A stock client of npm in a process of node's: a script in {@code src/test/node} is told what to do by lines of JSON, and says
 * by lines of JSON what the client hears.
 */
final class NodeClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final List<JsonNode> heard = new ArrayList<>();

    private NodeClient(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::listen);
    }

    /**
     * Why a client cannot be had here; nothing when it can, and then it is installed.
     *
     * @param name of its folder
     * @param module that it needs
     */
    static Optional<String> missing(String name, String module) {
        if (!runs("node", "--version") || !runs("npm", "--version")) {
            return Optional.of("node and npm are not on the path");
        }
        Path lock = Path.of("target", name + "-client.lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Until it is closed: other processes run tests of this kind at the same time.
            var unused = channel.lock();
            return install(name, module) ? Optional.empty() : Optional.of("npm could not install " + module);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean install(String name, String module) throws IOException {
        Path installed = installed(name);
        if (Files.isDirectory(installed.resolve("node_modules").resolve(module))) {
            return true;
        }
        Files.createDirectories(installed);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.write(installed.resolve(file), Files.readAllBytes(script(name).resolve(file)));
        }
        return runs("npm", "ci", "--no-audit", "--no-fund", "--prefix", installed.toString());
    }

    private static Path installed(String name) {
        return Path.of("target", name + "-client");
    }

    private static Path script(String name) {
        return Path.of("src/test/node", name);
    }

    private static boolean runs(String... command) {
        try {
            Process run = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return run.waitFor(2, TimeUnit.MINUTES) && run.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Starts it; it is connected to nothing yet.
     *
     * @param variable of the environment that tells the script where the client is
     */
    static NodeClient start(String name, String variable) {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "node", script(name).resolve("client.js").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put(variable, installed(name).toAbsolutePath().toString());
            return new NodeClient(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(JsonNode deed) {
        try {
            process.getOutputStream().write((deed + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                synchronized (heard) {
                    heard.add(JSON.readTree(line));
                }
            }
        } catch (IOException over) {
            // It has ended.
        }
    }

    /** The next such thing; what comes before it stays to be expected. */
    JsonNode expect(Predicate<JsonNode> wanted, String what) {
        JsonNode[] found = new JsonNode[1];
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    found[0] = take(wanted);
                    return found[0] != null;
                });
        return found[0];
    }

    private JsonNode take(Predicate<JsonNode> wanted) {
        synchronized (heard) {
            for (JsonNode each : heard) {
                if (wanted.test(each)) {
                    heard.remove(each);
                    return each;
                }
            }
            return null;
        }
    }

    /** What was heard and not expected yet. */
    List<JsonNode> soFar() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
