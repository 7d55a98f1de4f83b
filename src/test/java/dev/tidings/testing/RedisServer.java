package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.redis.client.RedisOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@code redis-server} of its own for a test, on a free port of the loopback and with a directory of its own. */
public final class RedisServer implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path directory;
    private final int port;
    private final List<String> arguments;
    private @Nullable Process process;

    private RedisServer(Path directory, int port, List<String> arguments) {
        this.directory = directory;
        this.port = port;
        this.arguments = arguments;
    }

    /** True when there is a {@code redis-server} to be started; else says so, in one line. */
    public static boolean isInstalled() {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "redis-server")));
        if (!found) {
            System.out.println("skipped: no redis-server on the path");
        }
        return found;
    }

    /** Starts one that keeps nothing on disk. Skips the test where none is installed. */
    public static RedisServer start(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--save", ""));
        all.addAll(List.of(arguments));
        return startWith(all);
    }

    /** Starts one that writes everything to disk before it answers, so that it can be killed and restarted. */
    public static RedisServer startDurable() {
        return start("--appendonly", "yes", "--appendfsync", "always");
    }

    /**
     * Starts one that also listens by TLS, on another port, also as 127.0.0.2, and wants of its clients a certificate that this one
     * vouches for.
     */
    public static RedisServer startSecure(int tlsPort, Path certificate, Path key) {
        assumeTrue(isInstalled(), "no redis-server on the path");
        return start(
                "--tls-port",
                Integer.toString(tlsPort),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "yes",
                "--bind",
                "127.0.0.1 127.0.0.2");
    }

    /** Starts one that may become a node of a cluster. */
    static RedisServer startNode() {
        return start(
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--cluster-enabled",
                "yes",
                "--cluster-announce-ip",
                "127.0.0.1",
                "--cluster-node-timeout",
                "2000",
                "--cluster-port",
                Integer.toString(Ports.free()));
    }

    private static RedisServer startWith(List<String> arguments) {
        assumeTrue(isInstalled(), "no redis-server on the path");
        try {
            RedisServer server = new RedisServer(Files.createTempDirectory("tidings-redis"), Ports.free(), arguments);
            server.restart();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public RedisOptions options() {
        return new RedisOptions().setConnectionString("redis://127.0.0.1:" + port);
    }

    /** Starts it again where it was, with what it has on disk. */
    public void restart() {
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--enable-debug-command",
                "yes",
                "--daemonize",
                "no"));
        command.addAll(arguments);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady();
    }

    /** As pulling its plug. */
    public void kill() {
        Process running = process;
        if (running != null) {
            try {
                running.destroyForcibly().waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        process = null;
    }

    /** Deletes what it has on disk; for one that is not running. */
    public void forget() {
        try {
            deleteAll(directory);
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies what it has on disk; for one that writes everything at once. */
    public Path backUp() {
        try {
            Path copy = Files.createTempDirectory("tidings-redis-backup");
            copyAll(directory, copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts back what it once had on disk, in place of what it has now; for one that is not running. */
    public void goBack(Path backup) {
        forget();
        try {
            copyAll(backup, directory);
            deleteAll(backup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(each -> !each.equals(from)).toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** It stays connected and says nothing any more. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    /** Runs a command; answers what came back, as it came over the wire. */
    public String run(String... words) {
        String answer = call(port, "*1\r\n$4\r\nQUIT\r\n", words);
        return answer.endsWith("+OK\r\n") ? answer.substring(0, answer.length() - 5) : answer;
    }

    /** The same of a Sentinel on that port, which does not end a connection when it is asked to. */
    public static String askSentinel(int port, String... words) {
        return call(port, "", words);
    }

    private static String call(int port, String last, String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout((int) Duration.ofSeconds(5).toMillis());
            OutputStream out = socket.getOutputStream();
            StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                command.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            out.write((command + last).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            if (last.isEmpty()) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            deleteAll(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                if (run("PING").startsWith("+PONG")) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // Not yet.
            }
            Process running = process;
            if (running == null || !running.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("redis-server does not start; see " + directory);
            }
            pauseBriefly(running);
        }
    }

    /** Until it ends, which it should not, or for some ms. */
    private static void pauseBriefly(Process running) {
        try {
            boolean unused = running.waitFor(10, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill: " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
