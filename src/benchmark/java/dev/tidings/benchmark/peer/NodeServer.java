package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Socket.IO, or the library ws, on Node: a server of a page, {@code src/benchmark/node/server.cjs}, without history and
 * tokens; published over HTTP.
 */
final class NodeServer implements Peer {
    private final String kind;
    private final String folder;
    private final Path modules;

    /** @param kind {@code ws} or {@code socketio} */
    NodeServer(String kind, Options options) {
        this.kind = kind;
        this.folder = options.text("node");
        this.modules = Path.of(folder, "node_modules").toAbsolutePath();
    }

    @Override
    public String name() {
        return kind;
    }

    private String module() {
        return kind.equals("ws") ? "ws" : "socket.io";
    }

    @Override
    public Optional<String> missing() {
        if (Machine.program("node").isEmpty()) {
            return Optional.of("no node on the path");
        }
        if (folder.isEmpty()) {
            return Optional.of("the option node does not say in which folder its modules are");
        }
        return Files.isDirectory(modules.resolve(module()))
                ? Optional.empty()
                : Optional.of("no module " + module() + " in " + modules);
    }

    @Override
    public String version() {
        String version = "";
        try {
            version = Files.readString(modules.resolve(module()).resolve("package.json"))
                    .lines()
                    .filter(line -> line.contains("\"version\""))
                    .findFirst()
                    .map(line -> line.replaceAll("[^0-9.]", ""))
                    .orElse("");
        } catch (IOException e) {
            // The version of Node alone, then.
        }
        return module() + ' ' + version + ", Node " + Machine.firstLine("node", "--version");
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PUBLISH_OVER_HTTP);
    }

    @Override
    public Command command(int port, int redis, Path ownFolder, Purpose purpose) {
        String script =
                Path.of("src/benchmark/node/server.cjs").toAbsolutePath().toString();
        return new Command(
                List.of("node", script, kind, Integer.toString(port)), Map.of("NODE_PATH", modules.toString()));
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        if (kind.equals("ws")) {
            return new Subscribing(
                    port, count, 100, "/subscribe/{channel}", Map.of(), false, List.of(), "", Map.of(), 0);
        }
        return new Subscribing(
                port,
                count,
                100,
                "/socket.io/?EIO=4&transport=websocket&channel={channel}",
                Map.of(),
                false,
                // Engine.IO's message (4) with Socket.IO's CONNECT (0); pings are 2 and are answered by 3.
                List.of("40"),
                "42[\"subscribed\"",
                Map.of("2", "3"),
                0);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return new Publishing(Way.HTTP, port, "/publish/{channel}", Map.of(), 4, 64, "{data}", "");
    }
}
