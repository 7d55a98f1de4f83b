package dev.tidings.intake;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Json;
import dev.tidings.event.State;
import dev.tidings.log.Appended;
import dev.tidings.log.Head;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What one batch is to put into the log, worked out against the heads as they are known. Several writes to one channel
 * build on each other within the batch.
 */
final class Plan {
    private static final Logger LOG = Logger.getLogger("dev.tidings.intake");

    private final HeadCache heads;
    private final Set<ChannelKey> fresh;
    private final Drafting drafting;
    private final List<Step> steps = new ArrayList<>();
    private final List<Pending> unsure = new ArrayList<>();
    private final Map<ChannelKey, Projected> projected = new HashMap<>();

    /** The state as the drafts planned so far will leave it, if they hold. */
    private record Projected(@Nullable Json data) {}

    /**
     * One draft of the plan.
     *
     * @param write what it does to the state; null when it leaves it alone
     * @param otherwise what becomes of the submission if the log does not know its id; null when it is to be stored
     */
    record Step(
            Pending pending,
            Draft draft,
            Drafting.@Nullable StateChange write,
            @Nullable Outcome otherwise) {
        /** Where the channel stands once the write is stored. */
        Head headAfter(Appended.Stored stored) {
            Json data = write == null ? null : write.data();
            return new Head(
                    stored.position(), data == null ? null : new State(data, stored.position(), stored.timestamp()));
        }
    }

    /**
     * @param heads the channels' heads; those of all states to be written are there
     * @param fresh those among them that have just come from the log
     */
    Plan(HeadCache heads, Set<ChannelKey> fresh, Drafting drafting) {
        this.heads = heads;
        this.fresh = fresh;
        this.drafting = drafting;
    }

    void add(Pending pending) {
        try {
            switch (pending.submission()) {
                case Submission.Publish publish -> steps.add(new Step(pending, drafting.event(publish), null, null));
                case Submission.Write write -> addWrite(pending, write);
            }
        } catch (RuntimeException fault) {
            // A fault of ours with one submission is not that of the others in the batch.
            LOG.error("a write could not be worked out", fault);
            pending.settle(new Outcome.Unavailable("the write could not be worked out"));
        }
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    List<Draft> drafts() {
        return steps.stream().map(Step::draft).toList();
    }

    Step step(int index) {
        return steps.get(index);
    }

    /** Submissions that would change nothing or are refused as far as is known here, which is not far enough to say so. */
    List<Pending> unsure() {
        return unsure;
    }

    private void addWrite(Pending pending, Submission.Write write) {
        Head head = heads.get(write.key());
        if (head == null) {
            unsure.add(pending);
            return;
        }
        Projected before = projected.get(write.key());
        boolean certain = before == null && fresh.contains(write.key());
        Json present = before == null ? dataOf(head) : before.data();
        if (!holds(write.precondition(), head, before)) {
            decide(pending, certain, new Outcome.Conflict(head));
            return;
        }
        Drafting.StateChange change = Drafting.apply(write.change(), present);
        if (change == null) {
            decide(pending, certain, new Outcome.Unchanged(head));
            return;
        }
        Outcome refusal = drafting.refusal(write.key(), change);
        if (refusal != null) {
            decide(pending, certain, refusal);
            return;
        }
        Draft draft = drafting.stateEvent(write, change, before == null ? head.statePosition() : null);
        steps.add(new Step(pending, draft, change, null));
        projected.put(write.key(), new Projected(change.data()));
    }

    private void decide(Pending pending, boolean certain, Outcome outcome) {
        if (certain) {
            settle(pending, outcome);
        } else {
            if (!projected.containsKey(pending.submission().key())) {
                heads.forget(pending.submission().key());
            }
            unsure.add(pending);
        }
    }

    private void settle(Pending pending, Outcome outcome) {
        if (!(pending.submission() instanceof Submission.Write write) || write.eventId() == null) {
            pending.settle(outcome);
        } else if (outcome instanceof Outcome.Unchanged(Head head)) {
            steps.add(new Step(pending, drafting.unchanged(write, head), null, null));
        } else {
            steps.add(new Step(pending, drafting.question(write), null, outcome));
        }
    }

    private static boolean holds(Submission.Precondition precondition, Head head, @Nullable Projected before) {
        boolean exists = before == null ? head.state() != null : before.data() != null;
        return switch (precondition) {
            case Submission.Precondition.None none -> true;
            case Submission.Precondition.Exists mustExist -> exists;
            case Submission.Precondition.Absent absent -> !exists;
            // Where the write before it in this batch will be is not known yet.
            case Submission.Precondition.ChangedAt at ->
                before == null
                        && head.state() != null
                        && head.state().position().equals(at.position());
        };
    }

    private static @Nullable Json dataOf(Head head) {
        return head.state() == null ? null : head.state().data();
    }
}
