package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.testing.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The packaged service of this project, with authenticated subscribers, its log, history and limits. */
public final class Tidings implements Peer {
    private final Options options;
    private final Path program;

    Tidings(Options options) {
        this.options = options;
        this.program = Path.of(options.text("jar")).toAbsolutePath();
    }

    @Override
    public String name() {
        return "tidings";
    }

    @Override
    public Optional<String> missing() {
        return Files.exists(program) ? Optional.empty() : Optional.of("there is no " + program);
    }

    @Override
    public String version() {
        return (isJar() ? "JVM " + Runtime.version() : "native") + ", commit "
                + Machine.firstLine("git", "describe", "--always", "--dirty");
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.values());
    }

    @Override
    public String channels() {
        return "bench:{index}";
    }

    private boolean isJar() {
        return program.toString().endsWith(".jar");
    }

    @Override
    public String settings(Purpose purpose, Options given) {
        return isJar() ? given.text(purpose == Purpose.SPEED ? "jvm" : "idle-jvm") : "";
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        List<String> words = new ArrayList<>();
        if (isJar()) {
            words.add(Machine.java());
            words.addAll(List.of(settings(purpose, options).split(" ")));
            words.addAll(List.of("-jar", program.toString()));
        } else {
            words.add(program.toString());
        }
        return new Command(words, environment(port, redis));
    }

    /** As in production but for limits, which are meant for one client, not for ten thousand on one token. */
    private static Map<String, String> environment(int port, int redis) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        settings.put("TIDINGS_AUTH_SECRET", Tokens.SECRET);
        settings.put("TIDINGS_POLLERS_HOST_ENABLED", "false");
        settings.put("TIDINGS_POLLERS_TMUX_ENABLED", "false");
        settings.put("TIDINGS_LIMITS_CONNECTIONS", "100000");
        settings.put("TIDINGS_LIMITS_CONNECTIONS_PER_SUBJECT", "100000");
        settings.put("TIDINGS_LIMITS_MESSAGES_PER_SECOND", "10000000");
        settings.put("TIDINGS_LIMITS_BURST", "10000000");
        settings.put("TIDINGS_LIMITS_REQUESTS_PER_SECOND", "10000000");
        settings.put("TIDINGS_LIMITS_REQUESTS_BURST", "10000000");
        settings.put("TIDINGS_LIMITS_QUEUE_SIZE", "16M");
        if (redis > 0) {
            settings.put("TIDINGS_LOG_BACKEND", "redis");
            settings.put("QUARKUS_REDIS_HOSTS", "redis://127.0.0.1:" + redis);
        }
        return settings;
    }

    private static Map<String, String> headers() {
        return Map.of("Authorization", "Bearer " + Tokens.token("bench", "*:*"));
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        return resuming(port, count, 100, "", 0);
    }

    /**
     * Subscribes from a position on.
     *
     * @param since as JSON, put for {@code since}; empty for live events only
     */
    public static Subscribing resuming(int port, int count, int connecting, String since, int missed) {
        Map<String, String> headers = new LinkedHashMap<>(headers());
        headers.put("Sec-WebSocket-Protocol", "tidings.v1.json");
        String payload = since.isEmpty() ? "" : ",\"payload\":{\"since\":" + since + '}';
        return new Subscribing(
                port,
                count,
                connecting,
                "/ws",
                headers,
                false,
                List.of("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"{channel}\"" + payload + '}'),
                "\"type\":\"subscribed\"",
                Map.of(),
                missed);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return switch (way) {
            case HTTP ->
                new Publishing(
                        way,
                        port,
                        "/api/v1/channels/{channel}/events",
                        headers(),
                        4,
                        64,
                        "{\"event\":\"state.reported\",\"payload\":{data}}",
                        "");
            case WEBSOCKET ->
                new Publishing(
                        way,
                        port,
                        "/ws",
                        headers(),
                        1,
                        256,
                        "{\"type\":\"publish\",\"id\":\"p\",\"channel\":\"{channel}\",\"event\":\"state.reported\","
                                + "\"payload\":{data}}",
                        "\"type\":\"published\"");
            case NATS -> throw new IllegalArgumentException("not in this way");
        };
    }

    /** How lines of NDJSON are posted, on so many connections. */
    public static Publishing bulk(int port, int connections) {
        Map<String, String> headers = new LinkedHashMap<>(headers());
        headers.put("Content-Type", "application/x-ndjson");
        String line = "{\"channel\":\"{channel}\",\"event\":\"state.reported\",\"payload\":{data}}";
        return new Publishing(Way.HTTP, port, "/api/v1/events", headers, connections, 1, line, "");
    }

    @Override
    public void collectGarbage(Server server) {
        if (isJar()) {
            Machine.collectGarbage(server.pid());
        }
    }
}
