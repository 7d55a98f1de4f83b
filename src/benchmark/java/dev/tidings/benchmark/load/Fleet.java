package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Plan.Subscribing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** All subscribers, and what they have received together. */
final class Fleet {
    private static final long PATIENCE_MICROS = TimeUnit.SECONDS.toMicros(120);
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    /** Latencies in microseconds, to 3 digits. */
    private final Histogram latencies = new Histogram(LONGEST_MICROS, 3);

    private final Loop loop;
    private final Plan plan;
    private final Message.Finder finder;
    private final byte[] ready;
    private final List<Map.Entry<String, byte[]>> answers;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int subscribed;
    private int ended;
    private long delivered;
    private long bytes;
    private boolean recording;
    private long readMicros;

    Fleet(Loop loop, Plan plan) {
        this.loop = loop;
        this.plan = plan;
        finder = new Message.Finder(plan.size());
        ready = Message.ascii(plan.subscribing().ready());
        answers = plan.subscribing().answers().entrySet().stream()
                .map(answer -> Map.entry(answer.getValue(), Message.ascii(answer.getKey())))
                .toList();
    }

    Plan plan() {
        return plan;
    }

    byte[] ready() {
        return ready;
    }

    /** What to answer, by what asks for it. */
    List<Map.Entry<String, byte[]>> answers() {
        return answers;
    }

    /**
     * Connects and subscribes all, and waits for it.
     *
     * @throws IllegalStateException when some could not
     */
    void connect() {
        Subscribing how = plan.subscribing();
        long deadline = loop.micros() + PATIENCE_MICROS;
        while (subscribed < how.count()) {
            while (subscribers.size() < how.count() && subscribers.size() - subscribed < how.connecting()) {
                int channel = subscribers.size() % plan.channelCount();
                subscribers.add(new Subscriber(loop, this, how.port(), channel));
            }
            loop.turn(loop.micros() + 20_000);
            if (ended > 0 || loop.micros() > deadline) {
                throw new IllegalStateException(
                        "%d of %d subscribed; %d ended: %s".formatted(subscribed, how.count(), ended, failures));
            }
        }
    }

    void subscribed() {
        subscribed++;
    }

    /** Bytes were read from a socket. */
    void received(int count) {
        bytes += count;
        readMicros = loop.micros();
    }

    void ended(Subscriber subscriber, String why) {
        ended++;
        if (failures.size() < 5) {
            failures.add("subscriber " + subscribers.indexOf(subscriber) + ": " + why);
        }
    }

    /** Takes the messages of a frame; false when there is none in it. */
    boolean delivered(Sequence sequence, byte[] in, int start, int to) {
        int from = finder.find(in, start, start, to);
        if (from < 0) {
            return false;
        }
        while (from >= 0) {
            delivered++;
            sequence.accept(finder.number());
            if (recording) {
                latencies.recordValue(Math.clamp(readMicros - finder.micros(), 0, LONGEST_MICROS));
            }
            from = from == to ? -1 : finder.find(in, start, from, to);
        }
        return true;
    }

    /** Begins to keep latencies and forgets what was kept. */
    void record(boolean on) {
        recording = on;
        if (on) {
            latencies.reset();
        }
    }

    Histogram latencies() {
        return latencies;
    }

    long delivered() {
        return delivered;
    }

    long bytes() {
        return bytes;
    }

    int ended() {
        return ended;
    }

    List<String> failures() {
        return failures;
    }

    /** What was wrong with what all have received, given the number of each channel's last message. */
    Faults faults(long[] last) {
        long missing = 0;
        long duplicates = 0;
        long reordered = 0;
        long disagreeing = 0;
        Map<Integer, Long> orders = new HashMap<>();
        for (Subscriber subscriber : subscribers) {
            Sequence sequence = subscriber.sequence();
            missing += sequence.missing(last[subscriber.channel()]);
            duplicates += sequence.duplicates();
            reordered += sequence.reordered();
            Long order = orders.putIfAbsent(subscriber.channel(), sequence.order());
            disagreeing += order == null || order == sequence.order() ? 0 : 1;
        }
        return new Faults(missing, duplicates, reordered, disagreeing);
    }

    /**
     * What went wrong.
     *
     * @param reordered came after a message that was published later
     * @param disagreeing subscribers that did not receive what the first of their channel did, in the same order
     */
    record Faults(long missing, long duplicates, long reordered, long disagreeing) {}
}
