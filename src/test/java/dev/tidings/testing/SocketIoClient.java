package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** The stock client of Socket.IO, {@code socket.io-client} of npm, in a process of node's. */
public final class SocketIoClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCRIPT = Path.of("src/test/node/socketio");
    private static final Path INSTALLED = Path.of("target/socketio-client");
    private static final Path LOCK = Path.of("target/socketio-client.lock");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final List<JsonNode> heard = new ArrayList<>();

    private SocketIoClient(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::listen);
    }

    /** Why the stock client cannot be had here; nothing when it can, and then it is installed. */
    public static synchronized Optional<String> missing() {
        if (!runs("node", "--version") || !runs("npm", "--version")) {
            return Optional.of("node and npm are not on the path");
        }
        try (FileChannel channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Until it is closed: other processes run tests of this kind at the same time.
            var unused = channel.lock();
            return install() ? Optional.empty() : Optional.of("npm could not install socket.io-client");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean install() throws IOException {
        if (Files.isDirectory(INSTALLED.resolve("node_modules/socket.io-client"))) {
            return true;
        }
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.write(INSTALLED.resolve(file), Files.readAllBytes(SCRIPT.resolve(file)));
        }
        return runs("npm", "ci", "--no-audit", "--no-fund", "--prefix", INSTALLED.toString());
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

    /** Starts it; it is connected to nothing yet. */
    public static SocketIoClient start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "node", SCRIPT.resolve("client.js").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment()
                    .put(
                            "SOCKET_IO_CLIENT",
                            INSTALLED
                                    .resolve("node_modules/socket.io-client")
                                    .toAbsolutePath()
                                    .toString());
            return new SocketIoClient(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects with a token, by these transports. */
    public SocketIoClient connect(TidingsServer server, String token, String... transports) {
        ObjectNode options = JSON.createObjectNode();
        options.putObject("auth").put("token", token);
        return open(server, options, transports);
    }

    /** Begins to connect with these options of the client's. */
    public SocketIoClient open(TidingsServer server, ObjectNode options, String... transports) {
        if (transports.length > 0) {
            options.set("transports", JSON.valueToTree(transports));
        }
        ObjectNode deed = JSON.createObjectNode()
                .put("do", "connect")
                .put("url", server.uri("").toString());
        deed.set("options", options);
        return tell(deed);
    }

    /** Emits an event with one argument. */
    public SocketIoClient emit(String event, String json) {
        return deed("emit", event, json);
    }

    /** Emits an event and waits for its acknowledgement. */
    public JsonNode ask(String event, String json) {
        deed("ask", event, json);
        JsonNode ack =
                expect(each -> is(each, "ack") && each.path("event").asText().equals(event), event + "'s answer");
        return ack.path("answer");
    }

    private SocketIoClient deed(String name, String event, String json) {
        try {
            ObjectNode deed = JSON.createObjectNode().put("do", name).put("event", event);
            deed.putArray("args").add(JSON.readTree(json));
            return tell(deed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does what takes no words: drop or disconnect. */
    public SocketIoClient deed(String name) {
        return tell(JSON.createObjectNode().put("do", name));
    }

    /** Emits something with bytes in it and waits for the answer. */
    public JsonNode askWithBytes(String event) {
        tell(JSON.createObjectNode().put("do", "bytes").put("event", event));
        return expect(each -> is(each, "ack"), "an answer to bytes").path("answer");
    }

    private SocketIoClient tell(ObjectNode deed) {
        try {
            process.getOutputStream().write((deed + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
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

    /** The next thing of that kind; what comes before it stays to be expected. */
    public JsonNode expect(String kind) {
        return expect(each -> is(each, kind), kind);
    }

    /** The argument of the next event of that name. */
    public JsonNode event(String name) {
        return eventWhole(name).path("args").path(0);
    }

    /** The next event of that name, with what there is to know about it. */
    public JsonNode eventWhole(String name) {
        return expect(each -> is(each, "event") && each.path("event").asText().equals(name), "event " + name);
    }

    private JsonNode expect(Predicate<JsonNode> wanted, String what) {
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
    public List<JsonNode> soFar() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    private static boolean is(JsonNode heard, String kind) {
        return heard.path("heard").asText().equals(kind);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
