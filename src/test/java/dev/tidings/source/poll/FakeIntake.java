package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Puts submissions into a log one by one, as the intake does, and can be told to refuse. */
public final class FakeIntake implements Submitter {
    private final EventLog log;
    private volatile boolean refusing;
    private volatile int refused;
    private volatile int largest = Integer.MAX_VALUE;

    public FakeIntake(EventLog log) {
        this.log = log;
    }

    public void refuse(boolean now) {
        refusing = now;
    }

    /** States whose value is greater are too large from now on. */
    public void largest(int value) {
        largest = value;
    }

    /** How many times it was asked while refusing. */
    public int refused() {
        return refused;
    }

    @Override
    public CompletionStage<List<Outcome>> submit(List<? extends Submission> submissions) {
        List<Outcome> outcomes = new ArrayList<>();
        if (refusing) {
            submissions.forEach(each -> outcomes.add(new Outcome.Unavailable("refusing")));
            synchronized (this) {
                refused++;
            }
        } else {
            submissions.forEach(each -> outcomes.add(take(each)));
        }
        return CompletableFuture.completedFuture(outcomes);
    }

    private Outcome take(Submission submission) {
        return switch (submission) {
            case Submission.Publish publish ->
                new Outcome.Published(append(submission, publish.type(), publish.payload(), null));
            case Submission.Write write -> write(write);
        };
    }

    private Outcome write(Submission.Write write) {
        Head head =
                log.read(write.key(), Range.HEAD).toCompletableFuture().join().head();
        JsonNode before = head.state() == null ? null : head.state().data().tree();
        if (!(write.change() instanceof Submission.Change.Put(JsonNode document))) {
            return before == null
                    ? new Outcome.Unchanged(head)
                    : new Outcome.Changed(
                            append(
                                    write,
                                    Event.STATE_DELETED,
                                    Json.NULL,
                                    new Draft.StateWrite(null, true, head.statePosition())),
                            Json.NULL,
                            Json.NULL);
        }
        if (document.path("value").asInt() > largest) {
            return new Outcome.TooLarge("too large");
        }
        ObjectNode patch = MergePatch.between(before, document);
        if (before != null && patch.isEmpty()) {
            return new Outcome.Unchanged(head);
        }
        Json now = Json.of(MergePatch.withoutNulls(document));
        Draft.StateWrite state = new Draft.StateWrite(now, true, head.statePosition());
        ObjectNode payload = Json.MAPPER.createObjectNode().set("patch", patch);
        return new Outcome.Changed(
                append(write, Event.STATE_CHANGED, Json.of(payload), state), Json.of(patch), Json.NULL);
    }

    private Appended.Stored append(Submission submission, String type, Json payload, Draft.StateWrite state) {
        Draft draft = new Draft(
                submission.key(),
                type,
                UUID.randomUUID().toString(),
                false,
                System.currentTimeMillis(),
                payload,
                null,
                state);
        return (Appended.Stored)
                log.append(List.of(draft)).toCompletableFuture().join().getFirst();
    }
}
