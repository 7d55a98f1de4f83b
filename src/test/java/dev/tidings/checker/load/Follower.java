package dev.tidings.checker.load;

import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A WebSocket client that follows channels or patterns: comes back whenever its connection ends, resumes where it was, and does now
 * and then what clients do, such as to leave and to stop reading for a while.
 */
public final class Follower implements Following {
    private static final long OPENING_MS = 5000;

    private final Client client;
    private final History history;
    private final String name;
    private final String tenant;
    private final Doors doors;
    private final Supplier<String> token;
    private final Random random;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, Boolean> heard = new ConcurrentHashMap<>();
    private volatile boolean calm;
    private volatile int confirmed;

    /** @param token makes one, anew for each connection */
    public Follower(
            Client client,
            History history,
            String name,
            String tenant,
            List<String> targets,
            Doors doors,
            Supplier<String> token,
            long seed) {
        this.client = client;
        this.history = history;
        this.name = name;
        this.tenant = tenant;
        this.doors = doors;
        this.token = token;
        this.random = new Random(seed);
        targets.forEach(target -> places.put(target, new Place()));
    }

    @Override
    public void start() {
        client.run(this::live);
    }

    private void live() {
        for (int connection = 1; !client.isOver(); connection++) {
            String why;
            try {
                why = converse(connection);
            } catch (ExecutionException | TimeoutException e) {
                why = String.valueOf(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            history.note(Kind.DISCONNECTED, name, connection, why);
            synchronized (places) {
                places.values().forEach(Place::disconnected);
            }
            client.goOnAfter(50 + random.nextInt(400));
        }
    }

    private String converse(int connection) throws InterruptedException, ExecutionException, TimeoutException {
        String door = doors.any(random);
        Conversation conversation = new Conversation(this, connection);
        WebSocket socket = client.http()
                .newWebSocketBuilder()
                .subprotocols("tidings.v1.json")
                .header("Authorization", "Bearer " + token.get())
                .connectTimeout(Duration.ofMillis(OPENING_MS))
                .buildAsync(URI.create("ws://" + door + "/ws"), conversation)
                .get(2 * OPENING_MS, TimeUnit.MILLISECONDS);
        conversation.opened(socket, door);
        try {
            return conversation.goOn();
        } finally {
            conversation.end();
            socket.abort();
        }
    }

    /** From now on it stays and reads, and does nothing but come back. */
    @Override
    public void calmDown() {
        calm = true;
    }

    /** Whether all of its subscriptions have been confirmed at least once. */
    @Override
    public boolean isSubscribed() {
        return confirmed == places.size();
    }

    @Override
    public boolean hasHeard(String id) {
        return heard.containsKey(id);
    }

    @Override
    public boolean follows(String ofTenant, String channel) {
        return tenant.equals(ofTenant)
                && places.keySet().stream()
                        .anyMatch(target -> target.equals(channel)
                                || (target.endsWith("*")
                                        && channel.startsWith(target.substring(0, target.length() - 1))));
    }

    @Override
    public String name() {
        return name;
    }

    // What its conversations need.

    Client client() {
        return client;
    }

    History history() {
        return history;
    }

    String tenant() {
        return tenant;
    }

    Random random() {
        return random;
    }

    String newToken() {
        return token.get();
    }

    boolean isCalm() {
        return calm;
    }

    /** To be used while holding its lock. */
    Map<String, Place> places() {
        return places;
    }

    void confirm(String target) {
        if (heard.putIfAbsent("subscribed " + target, true) == null) {
            synchronized (places) {
                confirmed++;
            }
        }
    }

    void hear(String id) {
        if (calm) {
            heard.put(id, true);
        }
    }
}
