package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Purpose;
import java.util.List;
import java.util.Map;

/** One thing that is measured, of each server that can do it. */
public interface Scenario {
    String name();

    /** What is done, in a sentence. */
    String description();

    /** The figures that go into the table, by their names in the rows. */
    List<String> columns();

    /** True when the server can do what it takes, and everything for it is installed. */
    boolean suits(Peer peer);

    /** What the server is started for. */
    default Purpose purpose() {
        return Purpose.SPEED;
    }

    /** Does it once, with a server started for it; a row for each step. */
    List<Map<String, Object>> run(Bench bench, Peer peer);
}
