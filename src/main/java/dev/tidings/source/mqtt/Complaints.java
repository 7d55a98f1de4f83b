package dev.tidings.source.mqtt;

import java.time.Duration;
import org.jboss.logging.Logger;

/** Tells of messages that cannot be used, once in a while however many there are. */
final class Complaints {
    private static final Logger LOG = Logger.getLogger(Complaints.class);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int LONGEST = 200;

    private final String broker;
    private long untold;
    private long told;
    private boolean first = true;

    Complaints(String broker) {
        this.broker = broker;
    }

    void add(String topic, String why) {
        untold++;
        if (first || System.nanoTime() - told > EVERY.toNanos()) {
            LOG.warnf("mqtt %s: %d that cannot be used, the last of %s: %s", broker, untold, shown(topic), shown(why));
            told = System.nanoTime();
            untold = 0;
            first = false;
        }
    }

    /** What others sent, bounded and on one line. */
    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
