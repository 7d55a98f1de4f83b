package dev.tidings.source.mqtt;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.intake.EventIds;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.mqtt.BrokerConnection;
import dev.tidings.mqtt.Received;
import dev.tidings.source.mqtt.MqttMeters.Result;
import dev.tidings.source.poll.Submitter;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives what comes from a broker to intake, and tells the broker when it is stored. All of it on the connection's thread.
 *
 * <p>Of a channel one message at a time is on its way to the log, so that they are stored in the order in which they came,
 * even when the log has to be asked again. They are acknowledged in that order, too, as MQTT wants it.
 */
final class Inflow implements BrokerConnection.Listener {
    private static final Logger LOG = Logger.getLogger(Inflow.class);

    /** Beyond this what is sent with QoS 0 is dropped; a broker that sends so much with QoS 1 is asked again later. */
    private static final int WAITING = 2_000;

    private static final int WAITING_BYTES = 32 << 20;
    private static final long TRY_AGAIN_MS = 500;

    private final Plan plan;
    private final Submitter submitter;
    private final MqttMeters meters;
    private final Complaints complaints;
    private final Repeats repeats;
    private @Nullable BrokerConnection connection;

    /** All that is not acknowledged, as it came. */
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    /** By channel, what is not stored: the first is on its way. */
    private final Map<ChannelKey, ArrayDeque<Pending>> queues = new HashMap<>();

    private int bytes;
    /** How many there have been: what belongs to one that has ended is not waited for. */
    private int connections;

    private boolean logReachable = true;

    private record Pending(Arrival arrival, Submission submission) {}

    Inflow(Plan plan, Submitter submitter, MqttMeters meters, EventIds ids) {
        this.plan = plan;
        this.submitter = submitter;
        this.meters = meters;
        this.complaints = new Complaints(plan.name());
        this.repeats = new Repeats(ids);
    }

    /** Whose messages they are; before it is started. */
    void over(BrokerConnection connection) {
        this.connection = connection;
    }

    private BrokerConnection connection() {
        BrokerConnection known = connection;
        if (known == null) {
            throw new IllegalStateException("started without a connection");
        }
        return known;
    }

    @Override
    public void connected(boolean continued) {
        if (!continued) {
            repeats.forget();
        }
    }

    /** What is on its way goes on, and is not waited for: what of it is not acknowledged comes again. */
    @Override
    public void disconnected() {
        arrivals.clear();
        queues.clear();
        bytes = 0;
        connections++;
    }

    @Override
    public void received(Received message) {
        boolean full = arrivals.size() >= WAITING || bytes + message.size() > WAITING_BYTES;
        if (full && !message.wantsAcknowledgement()) {
            meters.count(Result.DROPPED);
            return;
        }
        if (full) {
            connection().reset("more comes than the log can take");
            return;
        }
        String id = repeats.idOf(message);
        Arrival arrival = new Arrival(message);
        arrivals.add(arrival);
        bytes += arrival.size();
        try {
            translate(arrival, id);
        } catch (Invalid e) {
            bad(arrival, String.valueOf(e.getMessage()));
        }
    }

    private void translate(Arrival arrival, String id) {
        Received message = arrival.message();
        Optional<Mapping> mapping = Mapping.of(message.topic(), plan.mappings());
        if (mapping.isEmpty() || !mapping.get().takes(message)) {
            settle(arrival, Result.IGNORED);
            return;
        }
        if (message.size() > plan.maxSize()) {
            bad(arrival, message.size() + " bytes, and " + plan.maxSize() + " are allowed");
            return;
        }
        Channel channel = mapping.get().channelOf(message.topic()).orElseThrow();
        ChannelKey key = new ChannelKey(plan.tenant(), channel);
        Pending pending = new Pending(arrival, mapping.get().submission(key, message.payload(), id));
        ArrayDeque<Pending> queue = queues.computeIfAbsent(key, none -> new ArrayDeque<>());
        queue.add(pending);
        if (queue.size() == 1) {
            submit(pending);
        }
    }

    private void submit(Pending pending) {
        Context context = connection().context();
        int current = connections;
        var unused = submitter
                .submit(List.of(pending.submission()))
                .thenAccept(outcomes -> context.runOnContext(now -> {
                    if (current == connections) {
                        settle(pending, outcomes.getFirst());
                    }
                }));
    }

    private void settle(Pending pending, Outcome outcome) {
        if (outcome instanceof Outcome.Unavailable(String reason)) {
            logReachable(false, reason);
            again(pending);
            return;
        }
        logReachable(true, "");
        switch (outcome) {
            case Outcome.Published(var stored) -> settle(pending.arrival(), stored.duplicate());
            case Outcome.Changed(var stored, var patch, var previous) -> settle(pending.arrival(), stored.duplicate());
            case Outcome.Unchanged unchanged -> settle(pending.arrival(), true);
            case Outcome.TooLarge(String reason) -> bad(pending.arrival(), reason);
            case Outcome.Forbidden(String reason) -> bad(pending.arrival(), reason);
            case Outcome.Inadmissible(String reason, String at) -> bad(pending.arrival(), reason + " at " + at);
            case Outcome.Conflict conflict -> bad(pending.arrival(), "the state has changed meanwhile");
            case Outcome.Unavailable again -> throw new IllegalStateException("is tried again");
        }
        next(pending.submission().key());
    }

    private void next(ChannelKey key) {
        ArrayDeque<Pending> queue = queues.get(key);
        if (queue == null) {
            return;
        }
        queue.poll();
        if (queue.isEmpty()) {
            queues.remove(key);
        } else {
            submit(queue.element());
        }
    }

    private void again(Pending pending) {
        int current = connections;
        connection().context().owner().setTimer(TRY_AGAIN_MS, later -> {
            if (current == connections) {
                submit(pending);
            }
        });
    }

    private void bad(Arrival arrival, String why) {
        complaints.add(arrival.message().topic(), why);
        settle(arrival, Result.BAD);
    }

    private void settle(Arrival arrival, boolean known) {
        settle(arrival, known ? Result.UNCHANGED : Result.STORED);
    }

    private void settle(Arrival arrival, Result result) {
        meters.count(result);
        arrival.done();
        while (!arrivals.isEmpty() && arrivals.element().isDone()) {
            Arrival first = arrivals.remove();
            bytes -= first.size();
            first.message().acknowledge();
        }
    }

    private void logReachable(boolean now, String reason) {
        if (now != logReachable) {
            logReachable = now;
            LOG.infof(
                    "mqtt %s: what comes %s", plan.name(), now ? "is stored again" : "cannot be stored now: " + reason);
        }
    }
}
