package dev.tidings.mqtt;

import dev.tidings.mqtt.BrokerStatus.Phase;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker that is made again whenever it ends, for as long as it is this instance's turn. Everything
 * happens on one event loop, which is {@linkplain #context() its own context}'s; only publishing and closing may be done
 * from anywhere.
 */
public final class BrokerConnection implements AutoCloseable {
    /** Longer than anything that is of use; a broker that sends more is not to be had. */
    public static final int LARGEST = 16 << 20;

    private static final Logger LOG = Logger.getLogger(BrokerConnection.class);
    private static final long TICK_MS = 250;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int PUBLISHED_AT_ONCE = 1000;
    private static final int REFUSED = 0x80;

    /** What is heard on a connection. Called on its event loop. */
    public interface Listener {
        /**
         * It is made, and what follows comes by it.
         *
         * @param continued whether the broker has gone on with the session of the connection before
         */
        void connected(boolean continued);

        /** Something came. */
        void received(Received message);

        /** It has ended; what came by it and is not acknowledged comes again by the next, if the session goes on. */
        void disconnected();
    }

    private final String name;
    private final Vertx vertx;
    private final Context context;
    private final Broker broker;
    private final BooleanSupplier turn;
    private final Listener listener;

    private final Map<Integer, CompletableFuture<Void>> published = new HashMap<>();
    private @Nullable MqttClient client;
    private long timer;
    private long since;
    private long nextTry;
    private int failures;
    private boolean closed;
    private volatile BrokerStatus status = new BrokerStatus(Phase.RESTING, "not this instance's turn");

    /**
     * @param name for log lines
     * @param turn whether it is to be connected now; asked four times a second
     */
    public BrokerConnection(String name, Vertx vertx, Broker broker, BooleanSupplier turn, Listener listener) {
        this.name = name;
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.broker = broker;
        this.turn = turn;
        this.listener = listener;
    }

    /** Connects, and goes on trying. */
    public void start() {
        context.runOnContext(now -> {
            nextTry = System.nanoTime();
            timer = vertx.setPeriodic(TICK_MS, each -> tick());
            tick();
        });
    }

    public BrokerStatus status() {
        return status;
    }

    /** On whose thread it hears. */
    public Context context() {
        return context;
    }

    /** Ends this connection; another one is made after a while. To be called on its own thread. */
    public void reset(String why) {
        MqttClient current = client;
        if (current != null) {
            lost(current, why);
        }
    }

    /** Publishes with QoS 1. Done when the broker has it; fails when it is not connected, or not any more. */
    public CompletionStage<Void> publish(String topic, byte[] payload) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            MqttClient current = client;
            if (current == null || !current.isConnected()) {
                done.completeExceptionally(new IllegalStateException("not connected to " + broker.address()));
                return;
            }
            current.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false)
                    .onSuccess(id -> published.put(id, done))
                    .onFailure(done::completeExceptionally);
        });
        return done;
    }

    private void tick() {
        boolean wanted = !closed && turn.getAsBoolean();
        MqttClient current = client;
        if (current != null && !wanted) {
            rest(current);
        } else if (current != null) {
            if (!current.isConnected() && System.nanoTime() - since > CONNECT_WITHIN.toNanos()) {
                lost(current, "no answer within " + CONNECT_WITHIN.toSeconds() + " s");
            }
        } else if (wanted && System.nanoTime() - nextTry >= 0) {
            connect();
        }
    }

    private void connect() {
        MqttClient mine = MqttClient.create(vertx, options());
        client = mine;
        since = System.nanoTime();
        if (status.phase() == Phase.RESTING) {
            status = new BrokerStatus(Phase.DISCONNECTED, "connecting to " + broker.address());
        }
        mine.publishHandler(message -> received(mine, message));
        mine.publishCompletionHandler(this::confirmed);
        mine.subscribeCompletionHandler(answer -> subscribed(mine, answer));
        mine.exceptionHandler(problem -> lost(mine, reason(problem)));
        mine.closeHandler(end -> lost(mine, "the connection has ended"));
        mine.connect(broker.port(), broker.host())
                .onSuccess(answer -> connected(mine, answer))
                .onFailure(problem -> lost(mine, reason(problem)));
    }

    private MqttClientOptions options() {
        MqttClientOptions options = new MqttClientOptions()
                .setClientId(broker.clientId())
                .setCleanSession(!broker.persistent())
                .setKeepAliveInterval(KEEP_ALIVE_SECONDS)
                .setMaxInflightQueue(PUBLISHED_AT_ONCE)
                .setMaxMessageSize(LARGEST);
        options.setAutoAck(false);
        options.setAutoGeneratedClientId(false);
        options.setConnectTimeout((int) CONNECT_WITHIN.toMillis());
        options.setSsl(broker.tls());
        options.setHostnameVerificationAlgorithm(broker.tls() ? "HTTPS" : "");
        if (broker.username() != null) {
            options.setUsername(broker.username());
        }
        if (broker.password() != null) {
            options.setPassword(broker.password());
        }
        return options;
    }

    private void connected(MqttClient mine, MqttConnAckMessage answer) {
        if (!mine.equals(client)) {
            return;
        }
        listener.connected(answer.isSessionPresent());
        if (broker.filters().isEmpty()) {
            ready(Phase.CONNECTED, "connected to " + broker.address());
            return;
        }
        Map<String, Integer> topics = new LinkedHashMap<>();
        broker.filters().forEach(filter -> topics.put(filter.text(), MqttQoS.AT_LEAST_ONCE.value()));
        mine.subscribe(topics).onFailure(problem -> lost(mine, reason(problem)));
    }

    private void subscribed(MqttClient mine, MqttSubAckMessage answer) {
        if (!mine.equals(client)) {
            return;
        }
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < broker.filters().size(); i++) {
            if (i >= answer.grantedQoSLevels().size()
                    || answer.grantedQoSLevels().get(i) == REFUSED) {
                refused.add(broker.filters().get(i).text());
            }
        }
        if (refused.isEmpty()) {
            ready(Phase.CONNECTED, "connected to " + broker.address());
        } else {
            ready(Phase.PARTIAL, "connected to " + broker.address() + ", which refuses " + refused);
        }
    }

    private void ready(Phase phase, String detail) {
        failures = 0;
        status = new BrokerStatus(phase, detail);
        if (phase == Phase.PARTIAL) {
            LOG.warnf("mqtt %s: %s", name, detail);
        } else {
            LOG.infof("mqtt %s: %s", name, detail);
        }
    }

    private void received(MqttClient mine, MqttPublishMessage message) {
        if (mine.equals(client)) {
            listener.received(new Received(message, () -> {
                if (mine.equals(client)) {
                    message.ack();
                }
            }));
        }
    }

    private void confirmed(Integer id) {
        CompletableFuture<Void> done = published.remove(id);
        if (done != null) {
            done.complete(null);
        }
    }

    private void lost(MqttClient mine, String why) {
        if (!mine.equals(client)) {
            return;
        }
        if (status.isConnected() || failures == 0) {
            LOG.warnf("mqtt %s: not connected to %s: %s; trying again", name, broker.address(), why);
        }
        end(mine);
        long wait = Math.min(TICK_MS << Math.min(failures, 20), broker.backOff().toMillis());
        failures++;
        // Spread, so that many do not come back to a broker all at once.
        nextTry = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(
                        wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
        status = new BrokerStatus(Phase.DISCONNECTED, "not connected to " + broker.address() + ": " + why);
    }

    private CompletionStage<Void> rest(MqttClient mine) {
        CompletionStage<Void> ended = end(mine);
        status = new BrokerStatus(Phase.RESTING, "not this instance's turn");
        return ended;
    }

    private CompletionStage<Void> end(MqttClient mine) {
        client = null;
        List<CompletableFuture<Void>> unanswered = List.copyOf(published.values());
        published.clear();
        listener.disconnected();
        IllegalStateException why = new IllegalStateException("the connection to " + broker.address() + " has ended");
        unanswered.forEach(each -> each.completeExceptionally(why));
        return mine.disconnect().toCompletionStage();
    }

    /** Ends it for good. Waits for a moment, so that the broker hears of it; not to be called on its own thread. */
    @Override
    public void close() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        context.runOnContext(now -> {
            closed = true;
            vertx.cancelTimer(timer);
            MqttClient current = client;
            if (current == null) {
                ended.complete(null);
            } else {
                var unused = rest(current).whenComplete((done, failure) -> ended.complete(null));
            }
        });
        try {
            ended.get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.debugf(e, "mqtt %s: the connection does not end in time", name);
        }
    }

    private static String reason(Throwable problem) {
        String message = problem.getMessage();
        return message == null ? problem.getClass().getSimpleName() : message.replaceAll("\\p{Cntrl}", " ");
    }
}
