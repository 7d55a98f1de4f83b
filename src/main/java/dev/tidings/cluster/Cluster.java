package dev.tidings.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The instances that serve together, and short notes among them.
 *
 * <p>A note arrives at most once. It is lost when its receiver cannot be reached at that moment, so whoever needs an
 * answer sets itself a deadline, and whoever spreads knowledge says it again to those who {@link Watcher#joined join}.
 * Notes of one sender to one receiver arrive in the order in which they were sent. What must not be lost is an event, and
 * belongs into the log.
 *
 * <p>All methods may be called on any thread and do not wait.
 */
public interface Cluster extends AutoCloseable {
    /** The name of this instance: unlike any other's, and another one after each start. */
    String self();

    /** The instances that have been heard of lately, this one among them. */
    Set<String> instances();

    /**
     * Tells all instances something, this one included.
     *
     * @param topic what the note is about; only those who {@link #listen} to it hear it
     * @return completes when it is on its way to the others; fails with {@link dev.tidings.log.LogUnavailable} when they
     *     cannot be reached, and then only this instance has heard it
     */
    CompletionStage<Void> tellAll(String topic, ObjectNode note);

    /**
     * Tells one instance something.
     *
     * @param instance one of {@link #instances}
     * @return completes when it is on its way; fails with {@link dev.tidings.log.LogUnavailable} when the instance is gone
     *     or cannot be reached
     */
    CompletionStage<Void> tell(String instance, String topic, ObjectNode note);

    /**
     * Listens for as long as this instance runs.
     *
     * @throws IllegalStateException when somebody listens to this topic already
     */
    void listen(String topic, Listener listener);

    /** Learns of instances that come and go, for as long as this instance runs. Those that are there already are told first. */
    void watch(Watcher watcher);

    /** Says goodbye to the others. */
    @Override
    void close();

    /** Hears notes: on any thread, one note of a sender at a time. It must not wait. */
    interface Listener {
        /** @param note not to be changed */
        void heard(String from, ObjectNode note);
    }

    /** Learns who is there, this instance excepted: on any thread, one change at a time. It must not wait. */
    interface Watcher {
        /** An instance is there, or is there again after it had {@link #left}. */
        void joined(String instance);

        /** An instance has said goodbye or has not been heard of for some seconds. */
        void left(String instance);
    }
}
