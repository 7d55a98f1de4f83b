package dev.tidings.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/** Commands and answers as they go from one instance to another. */
final class Exchange {
    private static final Logger LOG = Logger.getLogger(Exchange.class);

    private final Cluster cluster;
    private final LocalHandlers local;
    private final Orphans orphans;

    Exchange(Cluster cluster, LocalHandlers local, Orphans orphans) {
        this.cluster = cluster;
        this.local = local;
        this.orphans = orphans;
    }

    /** Hears what becomes of commands that were given away. */
    interface Receiver {
        void answered(String command, String from, Answer answer);

        void notTaken(String command, String from, LocalHandlers.Given why);
    }

    void start(Receiver receiver) {
        cluster.listen(Notes.GIVE, this::given);
        cluster.listen(Notes.ANSWER, (from, note) -> {
            LocalHandlers.Given refusal = Notes.refusal(note);
            if (refusal == null) {
                receiver.answered(Notes.id(note), from, Notes.answer(note));
            } else {
                receiver.notTaken(Notes.id(note), from, refusal);
            }
        });
    }

    /** Gives a command to another instance; fails when it may not have got there. */
    CompletionStage<Void> give(String instance, Command command, long timeoutMs) {
        return cluster.tell(instance, Notes.GIVE, Notes.give(command, timeoutMs));
    }

    /** Another instance has a command for a handler that is here. */
    private void given(String from, ObjectNode note) {
        Command command = Notes.command(note);
        int timeoutMs = note.path("timeout_ms").asInt(1);
        orphans.take(from, command, timeoutMs);
        LocalHandlers.Given given = local.give(command, timeoutMs, answer -> {
            orphans.answered(command.id(), answer);
            tell(from, Notes.answer(command.id(), answer));
        });
        if (given != LocalHandlers.Given.GIVEN) {
            orphans.untake(command.id());
            tell(from, Notes.refused(command.id(), given));
        }
    }

    private void tell(String instance, ObjectNode note) {
        var unused = cluster.tell(instance, Notes.ANSWER, note).exceptionally(failure -> {
            // Its caller has gone with it, or will be told that there was no answer in time.
            LOG.debugf(failure, "an answer could not be told to %s", instance);
            return null;
        });
    }
}
