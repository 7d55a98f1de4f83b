package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.load.Usage;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long from the launch of the process to the first WebSocket that is accepted. */
final class StartUp implements Scenario {
    @Override
    public String name() {
        return "start-up";
    }

    @Override
    public String description() {
        return "from the launch of the process to the first WebSocket accepted (tried every ms), and what it holds then";
    }

    @Override
    public List<String> columns() {
        return List.of("first_websocket_ms", "cpu_ms", "rss_mib");
    }

    @Override
    public boolean suits(Peer peer) {
        return true;
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        try (Server server = bench.launch(peer, 0, bench.options().text("server-core"), Purpose.SPEED)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("step", "start");
            row.put("first_websocket_ms", bench.awaitWebSocket(peer, server));
            row.put("cpu_ms", Usage.cpuMicros(server.processes()) / 1e3);
            row.put("rss_mib", Usage.residentKib(server.processes()) / 1024.0);
            return List.of(row);
        }
    }
}
