package dev.tidings.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.benchmark.load.Generator;
import dev.tidings.benchmark.load.Plan;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import dev.tidings.testing.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What scenarios are made with: servers that are started, and the generator that is run against them. */
public final class Bench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> ROW = new TypeReference<>() {};

    private final Options options;

    public Bench(Options options) {
        this.options = options;
    }

    public Options options() {
        return options;
    }

    /** Starts a server on its core and waits until it accepts a WebSocket. */
    public Server start(Peer peer) {
        return start(peer, 0, options.text("server-core"), Purpose.SPEED);
    }

    /**
     * Starts a server and waits until it accepts a WebSocket.
     *
     * @param redis the port of a Redis that it shares with others; 0 for none
     * @param core its core, or {@code none}
     */
    public Server start(Peer peer, int redis, String core, Purpose purpose) {
        Server server = launch(peer, redis, core, purpose);
        try {
            awaitWebSocket(peer, server);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Starts a server and does not wait. */
    public Server launch(Peer peer, int redis, String core, Purpose purpose) {
        int port = Ports.free();
        Path folder = folder(peer.name());
        return Server.launch(peer.command(port, redis, folder, purpose), port, core, folder);
    }

    /** Waits until a server accepts a WebSocket, and says how long that took from its launch, in ms. */
    public double awaitWebSocket(Peer peer, Server server) {
        return server.awaitWebSocket(
                peer.subscribing(server.port(), 1),
                peer.subscribing(server.port(), 1)
                        .path()
                        .replace("{channel}", peer.channels())
                        .replace("{index}", "0"));
    }

    /** A {@code redis-server} of its own for a scenario, on the server's core, that keeps nothing on disk. */
    public Server startRedis() {
        int port = Ports.free();
        Path folder = folder("redis");
        List<String> words = List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString());
        Server redis = Server.launch(new Peer.Command(words, Map.of()), port, options.text("server-core"), folder);
        redis.awaitPort();
        return redis;
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(options.out().resolve("work").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs the generator.
     *
     * @return what it measured
     * @throws IllegalStateException when it could not
     */
    public List<Map<String, Object>> generate(Plan plan) {
        try (Generating generating = begin(plan)) {
            return generating.rest();
        }
    }

    /** Runs the generator and does not wait for its end. */
    public Generating begin(Plan plan) {
        try {
            Path file = folder("plans").resolve("plan.json");
            JSON.writeValue(file.toFile(), plan);
            List<String> command = List.of(
                    Machine.java(),
                    "-Xms512m",
                    "-Xmx1g",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Generator.class.getName(),
                    file.toString());
            Process process = new ProcessBuilder(Machine.pinned(options.text("generator-core"), command))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Generating(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A generator that runs. */
    public static final class Generating implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        private Generating(Process process) {
            this.process = process;
            this.lines = process.inputReader();
        }

        /** The next row that it prints. */
        public Map<String, Object> next() {
            try {
                String line = lines.readLine();
                if (line == null) {
                    throw new IllegalStateException("the load generator ended early; see what it printed above");
                }
                return JSON.readValue(line, ROW);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Tells it to end what it holds. */
        public void release() {
            try {
                process.outputWriter().write('\n');
                process.outputWriter().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** All rows until its end. */
        public List<Map<String, Object>> rest() {
            try {
                List<Map<String, Object>> rows = new ArrayList<>();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    rows.add(JSON.readValue(line, ROW));
                }
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("the load generator failed; see what it printed above");
                }
                return rows;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
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
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
