package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.testing.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The same service, with subscribers that speak Socket.IO: to be held against {@code socketio}. */
final class TidingsBySocketIo implements Peer {
    private final Tidings service;

    TidingsBySocketIo(Options options) {
        this.service = new Tidings(options);
    }

    @Override
    public String name() {
        return "tidings-by-socketio";
    }

    @Override
    public Optional<String> missing() {
        return service.missing();
    }

    @Override
    public String version() {
        return service.version();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PUBLISH_OVER_HTTP);
    }

    @Override
    public String channels() {
        return "project:{index}";
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        return service.command(port, redis, folder, purpose);
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        return new Subscribing(
                port,
                count,
                100,
                "/socket.io/?EIO=4&transport=websocket",
                Map.of(),
                false,
                // Engine.IO's message (4) with Socket.IO's CONNECT (0) and EVENT (2); pings are 2 and are answered by
                // 3.
                List.of(
                        "40{\"token\":\"" + Tokens.token("bench", "*:*") + "\"}",
                        "42[\"join_project\",{\"project_id\":\"{index}\"}]"),
                "42[\"joined\"",
                Map.of("2", "3"),
                0);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return service.publishing(port, way);
    }

    @Override
    public void collectGarbage(Server server) {
        service.collectGarbage(server);
    }

    @Override
    public String settings(Purpose purpose, Options options) {
        return service.settings(purpose, options);
    }
}
