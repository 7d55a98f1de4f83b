package dev.tidings.mqtt;

import io.vertx.mqtt.messages.MqttPublishMessage;

/** What came from a broker. To be used on the connection's thread only. */
public final class Received {
    private final MqttPublishMessage message;
    private final Runnable acknowledgement;

    Received(MqttPublishMessage message, Runnable acknowledgement) {
        this.message = message;
        this.acknowledgement = acknowledgement;
    }

    public String topic() {
        return message.topicName();
    }

    public byte[] payload() {
        return message.payload().getBytes();
    }

    /** How long the payload is. */
    public int size() {
        return message.payload().length();
    }

    /** Whether the broker keeps it, and gives it again, until it is {@linkplain #acknowledge acknowledged}: QoS 1. */
    public boolean wantsAcknowledgement() {
        return message.qosLevel().value() > 0;
    }

    /** What it is known by between the two sides until it is acknowledged; 0 when it is not to be. */
    public int packetId() {
        return wantsAcknowledgement() ? message.messageId() : 0;
    }

    /** Whether the broker has given it before, and does not know what became of it. */
    public boolean isRepeated() {
        return message.isDup();
    }

    /** Whether it is not new, but what the topic held when it was subscribed to. */
    public boolean isRetained() {
        return message.isRetain();
    }

    /** Tells the broker that it need not be given again. After the connection has ended this does nothing. */
    public void acknowledge() {
        if (wantsAcknowledgement()) {
            acknowledgement.run();
        }
    }
}
