package dev.tidings.hub;

import dev.tidings.event.Event;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.Frames;
import java.util.ArrayList;
import java.util.List;

/** Collects events for one connection, to be offered together. */
final class Burst {
    private static final int MAX_BYTES = 64 * 1024;

    private final Subscriber subscriber;
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private int bytes;

    Burst(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    void add(Outgoing outgoing) {
        byte[] message = outgoing.encoded();
        messages.add(message);
        events.add(outgoing.event());
        bytes += message.length;
        if (bytes >= MAX_BYTES) {
            send();
        }
    }

    void send() {
        if (!messages.isEmpty()) {
            if (subscriber.offer(Frames.ofEvents(messages, events)) == Offer.FULL) {
                subscriber.overflow();
            }
            messages.clear();
            events.clear();
            bytes = 0;
        }
    }
}
