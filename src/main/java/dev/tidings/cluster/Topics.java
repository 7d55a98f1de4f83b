package dev.tidings.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Who listens to what on this instance. Safe on any thread. */
public final class Topics {
    private static final Logger LOG = Logger.getLogger(Topics.class);

    private final Map<String, Cluster.Listener> listeners = new ConcurrentHashMap<>();

    /** @throws IllegalStateException when somebody listens to this topic already */
    public void listen(String topic, Cluster.Listener listener) {
        if (listeners.putIfAbsent(topic, listener) != null) {
            throw new IllegalStateException("somebody listens to " + topic + " already");
        }
    }

    /** Gives the note to whoever listens to its topic, and survives what that does. */
    public void hear(String from, String topic, ObjectNode note) {
        Cluster.Listener listener = listeners.get(topic);
        if (listener == null) {
            LOG.debugf("nobody listens to %s", topic);
            return;
        }
        try {
            listener.heard(from, note);
        } catch (RuntimeException fault) {
            // The sender's deadline tells the sender; the other notes are to be heard all the same.
            LOG.errorf(fault, "could not take a note about %s", topic);
        }
    }
}
