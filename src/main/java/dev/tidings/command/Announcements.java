package dev.tidings.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.event.ChannelPattern;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Tells the other instances what is handled here, and learns from them what is handled there.
 *
 * <p>Each change has a number. An instance that sees one missing asks for the whole, and so does one that is told, every few
 * seconds, a number that it does not have: a note that is lost is made up for.
 */
final class Announcements {
    private static final Logger LOG = Logger.getLogger(Announcements.class);
    private static final String TOPIC = "command.handlers";
    private static final long BEAT_SECONDS = 5;

    private final Cluster cluster;
    private final Peers peers;
    private final ScheduledExecutorService timer;
    private final Map<Offer, Integer> offers = new HashMap<>();
    private Map<Offer, Integer> changed = new LinkedHashMap<>();
    private long version;

    Announcements(Cluster cluster, Peers peers, ScheduledExecutorService timer) {
        this.cluster = cluster;
        this.peers = peers;
        this.timer = timer;
    }

    void start() {
        cluster.listen(TOPIC, this::heard);
        var unused = timer.scheduleWithFixedDelay(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
    }

    /** An instance is there: both are to know all of each other. */
    void joined(String instance) {
        tellAll(instance, true);
    }

    /** So many handlers here make an offer now. What changes at about the same time is told together. */
    synchronized void offer(Offer offer, int count) {
        if (count == 0) {
            offers.remove(offer);
        } else {
            offers.put(offer, count);
        }
        if (changed.isEmpty()) {
            try {
                timer.execute(this::tellChanges);
            } catch (RejectedExecutionException stopping) {
                LOG.debug("nobody is told: this instance stops");
            }
        }
        changed.put(offer, count);
    }

    // Notes are sent under the lock, so that they go in the order of their versions.

    private synchronized void tellChanges() {
        version++;
        ObjectNode note = note();
        write(changed, note.putArray("changes"));
        changed = new LinkedHashMap<>();
        log(cluster.tellAll(TOPIC, note));
    }

    private synchronized void beat() {
        log(cluster.tellAll(TOPIC, note()));
    }

    private synchronized void tellAll(String instance, boolean ask) {
        ObjectNode note = note().put("ask", ask);
        write(offers, note.putArray("all"));
        log(cluster.tell(instance, TOPIC, note));
    }

    private ObjectNode note() {
        return JsonNodeFactory.instance.objectNode().put("version", version);
    }

    private static void log(CompletionStage<Void> telling) {
        var unused = telling.exceptionally(failure -> {
            LOG.debugf(failure, "others could not be told what is handled here; they will ask");
            return null;
        });
    }

    private void heard(String from, ObjectNode note) {
        // Of one that has left there is nobody to say that it has left again.
        if (from.equals(cluster.self()) || !cluster.instances().contains(from)) {
            return;
        }
        long theirs = note.path("version").asLong();
        boolean known;
        if (note.has("all")) {
            peers.replace(from, theirs, read(note.path("all")));
            known = true;
        } else if (note.has("changes")) {
            known = peers.change(from, theirs, read(note.path("changes")));
        } else {
            known = peers.isAt(from, theirs);
        }
        if (!known || note.path("ask").asBoolean()) {
            tellAll(from, !known);
        }
    }

    private static void write(Map<Offer, Integer> offers, ArrayNode to) {
        offers.forEach((offer, count) -> to.addArray()
                .add(offer.tenant())
                .add(offer.pattern().text())
                .add(offer.name())
                .add(count));
    }

    private static Map<Offer, Integer> read(JsonNode list) {
        Map<Offer, Integer> offers = new LinkedHashMap<>();
        for (JsonNode each : list) {
            Offer offer = new Offer(
                    each.path(0).asText(),
                    new ChannelPattern(each.path(1).asText()),
                    each.path(2).textValue());
            offers.put(offer, each.path(3).asInt());
        }
        return offers;
    }
}
