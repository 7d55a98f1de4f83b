package dev.tidings.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** Asks all instances something and gathers what they answer until a time is up. Safe on any thread. */
final class Inquiry {
    private static final Logger LOG = Logger.getLogger("dev.tidings.operator");
    private static final String QUESTION = "question";
    private static final String ANSWER = "answer";
    private static final String BODY = "body";

    private final Cluster cluster;
    private final String topic;
    private final UnaryOperator<ObjectNode> answerer;
    private final Duration patience;
    private final Executor executor;
    private final Map<String, Asked> underWay = new ConcurrentHashMap<>();

    /**
     * @param topic of the notes; this instance listens to it from now on
     * @param answerer answers other instances, and this one
     * @param executor runs it
     */
    Inquiry(Cluster cluster, String topic, UnaryOperator<ObjectNode> answerer, Duration patience, Executor executor) {
        this.cluster = cluster;
        this.topic = topic;
        this.answerer = answerer;
        this.patience = patience;
        this.executor = executor;
        cluster.listen(topic, this::heard);
    }

    /**
     * What the instances answered.
     *
     * @param complete false when one of them did not
     */
    record Answers(List<ObjectNode> bodies, boolean complete) {}

    /** A question whose answers are being gathered. */
    private static final class Asked {
        private final Set<String> silent;
        private final List<ObjectNode> bodies = new ArrayList<>();
        private final CompletableFuture<Answers> gathered = new CompletableFuture<>();

        Asked(Set<String> instances) {
            silent = new HashSet<>(instances);
        }

        synchronized void answered(String instance, ObjectNode body) {
            if (silent.remove(instance)) {
                bodies.add(body);
            }
            if (silent.isEmpty()) {
                end();
            }
        }

        synchronized void end() {
            gathered.complete(new Answers(List.copyOf(bodies), silent.isEmpty()));
        }
    }

    /** The stage completes when all have answered, or when the time is up; never exceptionally. */
    CompletionStage<Answers> ask(ObjectNode body) {
        String id = UUID.randomUUID().toString();
        Set<String> instances = new HashSet<>(cluster.instances());
        instances.add(cluster.self());
        Asked asked = new Asked(instances);
        underWay.put(id, asked);
        ObjectNode question = JsonNodeFactory.instance.objectNode().put(QUESTION, id);
        question.set(BODY, body);
        for (String instance : instances) {
            if (instance.equals(cluster.self())) {
                executor.execute(() -> asked.answered(instance, answerer.apply(body)));
            } else {
                tell(instance, question);
            }
        }
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> {
                    underWay.remove(id);
                    asked.end();
                });
        return asked.gathered.minimalCompletionStage();
    }

    private void heard(String from, ObjectNode note) {
        if (note.path(BODY) instanceof ObjectNode body) {
            if (note.has(QUESTION)) {
                executor.execute(() -> answer(from, note.path(QUESTION).asText(), body));
            } else {
                Asked asked = underWay.get(note.path(ANSWER).asText());
                if (asked != null) {
                    asked.answered(from, body);
                }
            }
        }
    }

    private void answer(String to, String question, ObjectNode body) {
        ObjectNode note = JsonNodeFactory.instance.objectNode().put(ANSWER, question);
        note.set(BODY, answerer.apply(body));
        tell(to, note);
    }

    /** Whoever does not hear it does not answer, which is noticed. */
    private void tell(String instance, ObjectNode note) {
        var unused = cluster.tell(instance, topic, note).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debugf("instance %s was not told: %s", instance, failure.getMessage());
            }
        });
    }
}
