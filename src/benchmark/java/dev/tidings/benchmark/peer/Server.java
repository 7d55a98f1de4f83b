package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.load.Plan.Subscribing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that runs, in a process of its own. */
public final class Server implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int ANSWER_MILLIS = 5_000;

    private final Process process;
    private final int port;
    private final Path output;
    private final long launched = System.nanoTime();

    private Server(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /** Starts one and does not wait. */
    public static Server launch(Peer.Command command, int port, String core, Path folder) {
        try {
            Files.createDirectories(folder);
            Path output = folder.resolve("output-" + port + ".log");
            ProcessBuilder builder = new ProcessBuilder(Machine.pinned(core, command.words()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(command.environment());
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Server(process, port, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Its process and those that it started. */
    public List<Long> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /**
     * Waits until it accepts a WebSocket.
     *
     * @return how long that took from its launch, in ms
     */
    public double awaitWebSocket(Subscribing how, String path) {
        while (!acceptsWebSocket(how, path)) {
            if (!process.isAlive() || System.nanoTime() - launched > PATIENCE_NANOS) {
                throw new IllegalStateException("the server did not start:\n" + tail());
            }
            pause();
        }
        return (System.nanoTime() - launched) / 1e6;
    }

    /** Waits until it accepts connections. */
    public void awaitPort() {
        while (!acceptsConnections()) {
            if (!process.isAlive() || System.nanoTime() - launched > PATIENCE_NANOS) {
                throw new IllegalStateException("the server did not start:\n" + tail());
            }
            pause();
        }
    }

    private boolean acceptsConnections() {
        try (Socket socket = connect()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private boolean acceptsWebSocket(Subscribing how, String path) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        how.headers().forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        try (Socket socket = connect()) {
            socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
            return new String(answer, StandardCharsets.ISO_8859_1).equals("HTTP/1.1 101");
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The last of what it has printed. */
    public String tail() {
        try {
            String all = Files.readString(output);
            return all.substring(Math.max(0, all.length() - 2_000));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
