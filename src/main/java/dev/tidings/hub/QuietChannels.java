package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the log from forgetting channels that have subscribers and no events. The log forgets what nobody has asked for in
 * an hour or more, and a numbering that began again would look to the subscribers like a loss. Used on the loop's thread only.
 */
final class QuietChannels {
    private static final long EVERY_MINUTES = 20;
    private static final int STEP = 100;
    private static final long STEP_MS = 100;

    private final Map<ChannelKey, Topic> topics;
    private final EventLog log;
    private final ScheduledExecutorService executor;
    private final Queue<ChannelKey> due = new ArrayDeque<>();

    QuietChannels(Map<ChannelKey, Topic> topics, EventLog log, ScheduledExecutorService executor) {
        this.topics = topics;
        this.log = log;
        this.executor = executor;
        var unused = executor.scheduleWithFixedDelay(this::refresh, EVERY_MINUTES, EVERY_MINUTES, TimeUnit.MINUTES);
    }

    /** Asks for every subscribed channel, some at a time so that the log has time for others. */
    void refresh() {
        due.clear();
        due.addAll(topics.keySet());
        step();
    }

    private void step() {
        for (int i = 0; i < STEP && !due.isEmpty(); i++) {
            // Asking is what counts. A log that cannot answer now is asked again in time.
            var unused = log.read(due.remove(), Range.HEAD);
        }
        if (!due.isEmpty()) {
            var unused = executor.schedule(this::step, STEP_MS, TimeUnit.MILLISECONDS);
        }
    }
}
