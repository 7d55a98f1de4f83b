package dev.tidings.checker.cluster;

import dev.tidings.testing.Ports;
import dev.tidings.testing.TidingsServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An instance that may be ended and started again, where it was, and the way of clients to it. */
public final class Instance implements AutoCloseable {
    private final int port = Ports.free();
    private final Map<String, String> settings;
    private final Optional<Clock> clock;
    private final Optional<EventLoops> loops;
    private final Link door = new Link(Ports.free(), port);
    private final List<TidingsServer> lives = new ArrayList<>();
    private TidingsServer server;

    private Instance(Map<String, String> settings, Optional<Clock> clock, Optional<EventLoops> loops) {
        this.settings = new HashMap<>(settings);
        this.clock = clock;
        this.loops = loops;
        this.server = launch();
    }

    /** Starts one and does not wait. */
    public static Instance start(Map<String, String> settings) {
        return new Instance(settings, Optional.empty(), Optional.empty());
    }

    /** The same with a clock of its own, where that can be, and with event loops that can be stopped. */
    public static Instance startTampered(Map<String, String> settings) {
        return new Instance(settings, Clock.ofAProcess(), Optional.of(new EventLoops()));
    }

    private TidingsServer launch() {
        Map<String, String> environment = new HashMap<>();
        clock.ifPresent(own -> environment.putAll(own.environment()));
        loops.ifPresent(own -> environment.putAll(own.environment()));
        TidingsServer launched = TidingsServer.launch(settings, port, environment);
        lives.add(launched);
        return launched;
    }

    /** Its own clock; empty where it has none. */
    public Optional<Clock> clock() {
        return clock;
    }

    /** Its event loops, where they can be stopped. */
    public Optional<EventLoops> loops() {
        return loops;
    }

    /** The way of clients to it. */
    public Link door() {
        return door;
    }

    public synchronized TidingsServer server() {
        return server;
    }

    /** As a power cut would, for the process. */
    public synchronized void kill() {
        server.kill();
    }

    /** Asks it to end, as an operator does, and waits until it has. */
    public void terminate() {
        TidingsServer ending = server();
        ending.process().destroy();
        ending.awaitExit();
    }

    /** Starts it again where it has ended, and does not wait. */
    public synchronized void revive() {
        if (!server.process().isAlive()) {
            server = launch();
        }
    }

    /** What all of its lives have printed. */
    public synchronized String output() {
        StringBuilder all = new StringBuilder();
        lives.forEach(life -> all.append(life.output()).append("----\n"));
        return all.toString();
    }

    @Override
    public synchronized void close() {
        Signals.send(server.process(), "CONT");
        door.close();
        lives.getLast().kill();
        lives.forEach(TidingsServer::close);
        clock.ifPresent(Clock::close);
    }
}
