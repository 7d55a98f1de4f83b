package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Payloads;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection of a follower. What comes is noted where it is heard; what is sent is sent by the follower's own thread. */
final class Conversation implements WebSocket.Listener {
    /** Longer than two heartbeats of the service without a sign of life: the connection is dead, whatever TCP says. */
    private static final long SILENCE_MS = 5000;

    private static final long SENDING_MS = 3000;

    private final Follower follower;
    private final History history;
    private final int connection;
    private final StringBuilder text = new StringBuilder();
    private final Object noting = new Object();

    /** Targets to subscribe to; {@link #OVER} when the connection has ended. */
    private final BlockingQueue<String> toAsk = new LinkedBlockingQueue<>();

    private static final String OVER = "";
    private static final String REFRESH = "refresh";

    private volatile @Nullable WebSocket socket;
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean paused;
    private volatile boolean ended;
    private volatile String why = "no sign of life";
    private int asked;

    Conversation(Follower follower, int connection) {
        this.follower = follower;
        this.history = follower.history();
        this.connection = connection;
    }

    void opened(WebSocket opened, String door) {
        history.note(Kind.CONNECTED, follower.name(), connection, door);
        socket = opened;
        toAsk.addAll(follower.places().keySet());
        opened.request(1);
    }

    @Override
    public void onOpen(WebSocket opened) {
        // Nothing is read before it is noted that there is a connection.
    }

    /** Nothing that comes later is noted: the client has given the connection up. */
    void end() {
        synchronized (noting) {
            ended = true;
        }
    }

    /** Until the connection ends, or is given up; says why. */
    String goOn() throws InterruptedException, ExecutionException, TimeoutException {
        while (!follower.client().isOver()) {
            String target = toAsk.poll(habit(), TimeUnit.MILLISECONDS);
            if (OVER.equals(target)) {
                return why;
            }
            if (REFRESH.equals(target)) {
                send(message("authenticate")
                        .set("payload", JsonNodeFactory.instance.objectNode().put("token", follower.newToken())));
            } else if (target != null) {
                ask(target, false);
            } else if (!paused && System.nanoTime() - heardNanos > TimeUnit.MILLISECONDS.toNanos(SILENCE_MS)) {
                return why;
            } else if (!follower.isCalm() && doSomething()) {
                return "it leaves";
            }
        }
        return "the end";
    }

    private long habit() {
        return 300L + follower.random().nextInt(1200);
    }

    /** What clients do now and then; true when it leaves. */
    private boolean doSomething() throws InterruptedException, ExecutionException, TimeoutException {
        List<String> targets = List.copyOf(follower.places().keySet());
        String target = targets.get(follower.random().nextInt(targets.size()));
        switch (follower.random().nextInt(12)) {
            case 0 -> {
                return true;
            }
            case 1, 2 -> ask(target, true);
            case 3 -> ask(target, false);
            case 4 -> stopReading();
            default -> {}
        }
        return false;
    }

    private void stopReading() throws InterruptedException {
        paused = true;
        int tenths = 5 + follower.random().nextInt(25);
        for (int i = 0; i < tenths && !follower.isCalm(); i++) {
            boolean unused = follower.client().goOnAfter(100);
        }
        paused = false;
        heardNanos = System.nanoTime();
        WebSocket reading = socket;
        if (reading != null) {
            reading.request(1);
        }
    }

    /** @param again for what it has already, instead of from its place on */
    private void ask(String target, boolean again) throws InterruptedException, ExecutionException, TimeoutException {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("state", true);
        String id = target + ' ' + asked++;
        synchronized (follower.places()) {
            Place place = follower.places().get(target);
            if (again && !place.isSettled()) {
                return;
            }
            if (place.isKnown() && !again) {
                payload.set("since", place.since());
            }
            history.note(
                    Kind.ASKED,
                    follower.name(),
                    connection,
                    follower.tenant(),
                    target,
                    id,
                    again ? "" : place.epoch(),
                    again ? 0 : place.offset(),
                    again ? "again" : "");
        }
        send(message("subscribe").put("id", id).put("channel", target).set("payload", payload));
    }

    private static ObjectNode message(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private void send(JsonNode message) throws InterruptedException, ExecutionException, TimeoutException {
        WebSocket to = socket;
        if (to != null) {
            to.sendText(message.toString(), true).get(SENDING_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        heardNanos = System.nanoTime();
        text.append(data);
        if (last) {
            JsonNode message = Payloads.parse(text.toString());
            text.setLength(0);
            synchronized (noting) {
                if (!ended) {
                    heard(message);
                }
            }
        }
        if (!paused) {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        heardNanos = System.nanoTime();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        why = code + " " + reason;
        toAsk.add(OVER);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        why = error.toString();
        toAsk.add(OVER);
    }

    private void heard(JsonNode message) {
        JsonNode payload = message.path("payload");
        String channel = message.path("channel").asText("");
        switch (message.path("type").asText()) {
            case "message" -> delivered(channel, message);
            case "subscribed" -> subscribed(channel, message.path("id").asText(""), payload);
            case "gap" -> gap(channel, payload);
            case "token_expiring" -> {
                if (follower.random().nextBoolean()) {
                    toAsk.add(REFRESH);
                }
            }
            case "error" -> {
                if (!channel.isEmpty()) {
                    follower.client().run(() -> {
                        if (follower.client().goOnAfter(200)) {
                            toAsk.add(channel);
                        }
                    });
                }
            }
            default -> {}
        }
    }

    private void delivered(String channel, JsonNode message) {
        String id = message.path("id").asText();
        long offset = message.path("offset").asLong();
        String detail = Payloads.text(message.path("event").asText(), message.path("payload"));
        history.note(Kind.DELIVERED, follower.name(), connection, follower.tenant(), channel, id, "", offset, detail);
        follower.hear(id);
        synchronized (follower.places()) {
            follower.places().forEach((target, place) -> {
                if (target.equals(channel)
                        || (target.endsWith("*") && channel.startsWith(target.substring(0, target.length() - 1)))) {
                    place.passed(offset);
                }
            });
        }
    }

    private void subscribed(String target, String id, JsonNode payload) {
        String epoch = payload.path(payload.has("cursor") ? "cursor" : "epoch").asText();
        String detail = (payload.path("recovered").asBoolean() ? "recovered " : "not recovered ")
                + payload.path("replayed").asLong();
        history.note(
                Kind.SUBSCRIBED,
                follower.name(),
                connection,
                follower.tenant(),
                target,
                id,
                epoch,
                payload.path("offset").asLong(),
                detail);
        if (payload.has("state") && !target.endsWith("*")) {
            JsonNode state = payload.path("state");
            history.note(
                    Kind.SHOWN,
                    follower.name(),
                    connection,
                    follower.tenant(),
                    target,
                    "",
                    epoch,
                    state.path("offset").asLong(),
                    state.path("data").toString());
        }
        synchronized (follower.places()) {
            follower.places().get(target).confirmed(payload);
        }
        follower.confirm(target);
    }

    private void gap(String channel, JsonNode payload) {
        long to = payload.path("to").asLong();
        history.note(
                Kind.GAP,
                follower.name(),
                connection,
                follower.tenant(),
                channel,
                "",
                "",
                payload.path("from").asLong(),
                Long.toString(to));
        synchronized (follower.places()) {
            Place place = follower.places().get(channel);
            if (place != null) {
                place.passed(to);
            }
        }
    }
}
