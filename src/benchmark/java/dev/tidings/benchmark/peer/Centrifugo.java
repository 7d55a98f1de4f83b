package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.testing.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Centrifugo 5, in its JSON protocol: subscribers with tokens, its broker in memory, no history; published over HTTP. */
final class Centrifugo implements Peer {
    private static final String API_KEY = "of-the-benchmark";

    @Override
    public String name() {
        return "centrifugo";
    }

    @Override
    public Optional<String> missing() {
        return Machine.program("centrifugo").isEmpty() ? Optional.of("no centrifugo on the path") : Optional.empty();
    }

    @Override
    public String version() {
        return Machine.firstLine("centrifugo", "version");
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PUBLISH_OVER_HTTP);
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        Path configuration = folder.resolve("centrifugo.json");
        try {
            Files.writeString(configuration, """
                    {
                      "address": "127.0.0.1",
                      "port": %d,
                      "token_hmac_secret_key": "%s",
                      "api_key": "%s",
                      "allow_subscribe_for_client": true,
                      "client_queue_max_size": 16777216,
                      "log_level": "error"
                    }
                    """.formatted(port, Tokens.SECRET, API_KEY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Command(List.of("centrifugo", "--config", configuration.toString()), Map.of());
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        String connect = "{\"id\":1,\"connect\":{\"token\":\"" + Tokens.token("bench", "*:*") + "\"}}";
        return new Subscribing(
                port,
                count,
                100,
                "/connection/websocket",
                Map.of(),
                false,
                List.of(connect + "\n{\"id\":2,\"subscribe\":{\"channel\":\"{channel}\"}}"),
                "\"id\":2",
                Map.of("{}", "{}"),
                0);
    }

    /** On one connection: of messages that come at the same time on several, its subscribers see each another order. */
    @Override
    public Publishing publishing(int port, Way way) {
        return new Publishing(
                Way.HTTP,
                port,
                "/api/publish",
                Map.of("X-API-Key", API_KEY, "Content-Type", "application/json"),
                1,
                256,
                "{\"channel\":\"{channel}\",\"data\":{data}}",
                "");
    }
}
