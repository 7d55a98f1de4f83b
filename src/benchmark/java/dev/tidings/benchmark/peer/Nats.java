package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * NATS with its WebSocket listener: core NATS, no persistence and no tokens. Messages are published over its own protocol on
 * TCP, without an answer to each.
 */
final class Nats implements Peer {
    private final Options options;

    /** The port on which is published, by that of the WebSockets. */
    private final Map<Integer, Integer> publishingPorts = new ConcurrentHashMap<>();

    Nats(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Optional<String> missing() {
        return Machine.program("nats-server").isPresent()
                ? Optional.empty()
                : Optional.of("no nats-server on the path");
    }

    @Override
    public String version() {
        return Machine.firstLine("nats-server", "--version");
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public Way usualWay() {
        return Way.NATS;
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        int publishing = publishingPorts.computeIfAbsent(port, any -> Ports.free());
        Path configuration = folder.resolve("nats.conf");
        try {
            Files.writeString(configuration, """
                    listen: "127.0.0.1:%d"
                    max_connections: %d
                    websocket {
                      listen: "127.0.0.1:%d"
                      no_tls: true
                    }
                    """.formatted(publishing, Math.max(65_536, options.scaled(20_000)), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Command(List.of("nats-server", "-c", configuration.toString()), Map.of());
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        return new Subscribing(
                port,
                count,
                100,
                "/",
                Map.of(),
                true,
                List.of("CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB {channel} 1\r\nPING\r\n"),
                "PONG\r\n",
                Map.of("PING\r\n", "PONG\r\n"),
                0);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return new Publishing(Way.NATS, publishingPorts.get(port), "", Map.of(), 1, Integer.MAX_VALUE, "{data}", "");
    }
}
