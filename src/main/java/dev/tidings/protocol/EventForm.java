package dev.tidings.protocol;

import dev.tidings.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How events look to all clients of one kind. What is encoded goes to every connection of an event loop that has the very
 * same form, so there is one object for each form, and it knows nothing of who listens. Safe on any thread; does not wait.
 */
public abstract class EventForm {
    /** As the protocol of Tidings has it. */
    public static final EventForm NATIVE = new EventForm() {
        @Override
        protected byte[] encode(Event event) {
            return EventFrames.encode(event);
        }

        // They are in this form.
        @Override
        public List<byte[]> messages(Frames frames) {
            return frames.messages();
        }
    };

    private static final Logger LOG = Logger.getLogger(EventForm.class);

    /** The text of the message that tells of an event, in UTF-8; null when these clients are not told. */
    protected abstract byte @Nullable [] encode(Event event);

    /** What clients of this form are sent: the events in this form, and whatever else there is as it is. */
    public List<byte[]> messages(Frames frames) {
        if (frames.events().isEmpty()) {
            return frames.messages();
        }
        List<byte[]> messages = new ArrayList<>(frames.events().size());
        for (Event event : frames.events()) {
            byte[] message = encoded(event);
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    /** One event that cannot be encoded must not keep the others from their subscribers. */
    private byte @Nullable [] encoded(Event event) {
        try {
            return encode(event);
        } catch (RuntimeException fault) {
            LOG.errorf(fault, "event %s of %s could not be encoded", event.position(), event.key());
            return null;
        }
    }
}
