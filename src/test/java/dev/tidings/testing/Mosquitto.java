package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A {@code mosquitto} of its own for a test, on a free port of the loopback, which keeps sessions over a restart. */
public final class Mosquitto implements AutoCloseable {
    private static final String PROGRAM = "mosquitto";

    private final Path directory;
    private final int port;
    private @Nullable Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** True when there is one to be started; else says so, in one line. */
    public static boolean isInstalled() {
        boolean found = program().isPresent();
        if (!found) {
            System.out.println("skipped: no mosquitto on the path");
        }
        return found;
    }

    /** Debian has it where only root looks. */
    private static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":", -1))
                .map(each -> Path.of(each, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one. Skips the test where none is installed. */
    public static Mosquitto start(String... settings) {
        assumeTrue(isInstalled(), "no mosquitto on the path");
        try {
            int port = freePort();
            Path directory = Files.createTempDirectory("tidings-mosquitto");
            List<String> lines = Stream.concat(
                            Stream.of(
                                    "listener " + port + " 127.0.0.1",
                                    "persistence true",
                                    "persistence_location " + directory + "/",
                                    // By default root becomes somebody who may not write there.
                                    "user " + System.getProperty("user.name")),
                            settings.length == 0 ? Stream.of("allow_anonymous true") : Stream.of(settings))
                    .toList();
            Files.write(directory.resolve("mosquitto.conf"), lines);
            Mosquitto broker = new Mosquitto(directory, port);
            broker.restart();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Where it is, if its settings have a certificate. */
    public String tlsUrl() {
        return "mqtts://127.0.0.1:" + port;
    }

    /** Starts it again where it was, with the sessions that it had. */
    public void restart() {
        try {
            process = new ProcessBuilder(
                            program().orElseThrow().toString(),
                            "-c",
                            directory.resolve("mosquitto.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("mosquitto.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("mosquitto; see " + directory)
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it; it writes down its sessions first. */
    public void stop() {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroy();
            try {
                running.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
