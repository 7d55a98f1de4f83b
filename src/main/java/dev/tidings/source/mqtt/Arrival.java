package dev.tidings.source.mqtt;

import dev.tidings.mqtt.Received;

/** A message that came and is not acknowledged. */
final class Arrival {
    private final Received message;
    private final int size;
    private boolean done;

    Arrival(Received message) {
        this.message = message;
        this.size = message.size();
    }

    Received message() {
        return message;
    }

    int size() {
        return size;
    }

    /** Whether it need not come again. */
    boolean isDone() {
        return done;
    }

    void done() {
        done = true;
    }
}
