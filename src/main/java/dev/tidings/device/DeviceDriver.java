package dev.tidings.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Reaches devices of one kind: has them do things, and tells what they do by themselves. Safe on any thread. */
public interface DeviceDriver extends AutoCloseable {
    /** As whom it answers commands: its kind and its name, such as {@code http:press}. */
    String name();

    /**
     * Has a device do something. Must not wait; there is one order of an instance for a device at a time, but orders for any
     * number of devices. A stage that has not completed when the order's patience is over is cancelled and counts as late:
     * whether the device has done it is then not known.
     */
    CompletionStage<Driven> drive(Order order);

    /** Begins to tell what devices do by themselves. Called once, before or after the first order. */
    default void start(Reports reports) {}

    /** Tells nothing from now on, and lets go of what it has. */
    @Override
    default void close() {}

    /**
     * What a device is to do. It has been found allowed.
     *
     * @param id unlike any other's; that of the event that will say it was done
     * @param device its channel, whose id is the device's
     * @param change the members of its state that are to change; null for those that are to go
     * @param state as the log has it, before
     * @param patience how long an answer is waited for
     */
    record Order(String id, ChannelKey device, ObjectNode change, ObjectNode state, Duration patience) {
        /** The device's id. */
        public String deviceId() {
            return device.channel().id();
        }
    }
}
