package dev.tidings.checker.cluster;

import dev.tidings.testing.Ports;
import dev.tidings.testing.TidingsServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An instance that may be ended and started again, where it was, and the way of clients to it. */
public final class Instance implements AutoCloseable {
    private final int port = Ports.free();
    private final Map<String, String> settings;
    private final Map<String, String> environment;
    private final Link door = new Link(Ports.free(), port);
    private final List<TidingsServer> lives = new ArrayList<>();
    private TidingsServer server;

    /** Starts it and does not wait. */
    public Instance(Map<String, String> settings, Map<String, String> environment) {
        this.settings = new HashMap<>(settings);
        this.environment = Map.copyOf(environment);
        this.server = launch();
    }

    private TidingsServer launch() {
        TidingsServer launched = TidingsServer.launch(settings, port, environment);
        lives.add(launched);
        return launched;
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

    /** Starts it again where it has ended, and waits until it is ready. */
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
    }
}
