package dev.tidings.testing;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;

/** Another client of a broker: what publishes there, or a device. */
public final class MqttPeer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final MqttClient client;
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();

    private MqttPeer(MqttClientOptions options) {
        client = MqttClient.create(vertx, options.setMaxInflightQueue(10_000));
    }

    public static MqttPeer connect(Mosquitto broker) {
        return connect(broker, new MqttClientOptions());
    }

    /** Connects with TLS or as somebody, where the options say so. */
    public static MqttPeer connect(Mosquitto broker, MqttClientOptions options) {
        MqttPeer peer = new MqttPeer(options);
        peer.client.publishCompletionHandler(peer.confirmed::add);
        get(peer.client.connect(broker.port(), "127.0.0.1"));
        return peer;
    }

    /** Publishes with QoS 1, and waits until the broker has it. */
    public void publish(String topic, String payload) {
        publish(topic, payload, MqttQoS.AT_LEAST_ONCE, false);
    }

    /** The same; the broker keeps it for whoever subscribes later. */
    public void retain(String topic, String payload) {
        publish(topic, payload, MqttQoS.AT_LEAST_ONCE, true);
    }

    private void publish(String topic, String payload, MqttQoS qos, boolean retained) {
        int id = get(client.publish(topic, Buffer.buffer(payload), qos, false, retained));
        Awaitility.await("the broker's acknowledgement").until(() -> confirmed.remove(id));
    }

    /** Publishes without waiting for anything; to be used by what {@link #hear} calls. */
    public void tell(String topic, String payload) {
        var unused = client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false);
    }

    /** Calls with topic and payload of all that comes. */
    public void hear(String filter, BiConsumer<String, String> listener) {
        client.publishHandler(message ->
                listener.accept(message.topicName(), message.payload().toString()));
        var subscribed = new java.util.concurrent.CompletableFuture<Void>();
        client.subscribeCompletionHandler(answer -> subscribed.complete(null));
        var unused = get(client.subscribe(filter, 1));
        subscribed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        get(client.disconnect());
        get(vertx.close());
    }
}
