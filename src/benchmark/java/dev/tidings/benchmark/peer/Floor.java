package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** No product: {@link FloorServer}, the price of the kernel and of Java. */
final class Floor implements Peer {
    private final Options options;

    Floor(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "floor";
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public String version() {
        return "JVM " + Runtime.version();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PUBLISH_OVER_HTTP);
    }

    @Override
    public String settings(Purpose purpose, Options given) {
        return given.text(purpose == Purpose.SPEED ? "jvm" : "idle-jvm");
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        List<String> words = new ArrayList<>(List.of(Machine.java()));
        words.addAll(List.of(settings(purpose, options).split(" ")));
        words.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), FloorServer.class.getName(), Integer.toString(port)));
        return new Command(words, Map.of());
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        return new Subscribing(port, count, 100, "/{channel}", Map.of(), false, List.of(), "", Map.of(), 0);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return new Publishing(Way.HTTP, port, "/{channel}", Map.of(), 4, 64, "{data}", "");
    }

    @Override
    public void collectGarbage(Server server) {
        Machine.collectGarbage(server.pid());
    }
}
