package dev.tidings.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.CommandAudit;
import dev.tidings.protocol.CommandResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands down: {@code command.requested} before anybody is given one, and {@code command.completed} when it has
 * ended, in the command's channel and with its id as their {@code cause}.
 */
public final class Audit {
    private static final Logger LOG = Logger.getLogger(Audit.class);
    private static final CompletionStage<Optional<String>> DONE = CompletableFuture.completedStage(Optional.empty());

    private final Function<Submission, CompletionStage<Outcome>> intake;
    private final Function<String, CommandAudit> policy;

    /**
     * @param intake {@code Intake::submit}
     * @param policy what is written down, by namespace
     */
    public Audit(Function<Submission, CompletionStage<Outcome>> intake, Function<String, CommandAudit> policy) {
        this.intake = intake;
        this.policy = policy;
    }

    /**
     * Writes down that a command is about to be given to a handler.
     *
     * @return why it cannot be, if it cannot; nothing when it has been, or need not be
     */
    CompletionStage<Optional<String>> requested(Command command) {
        CommandAudit extent = policy.apply(command.key().channel().namespace());
        if (extent == CommandAudit.OFF) {
            return DONE;
        }
        ObjectNode payload = outline(command);
        if (extent == CommandAudit.FULL) {
            payload.set("args", command.args().tree());
        }
        return submit(command, "command.requested", null, payload);
    }

    /**
     * Writes down how it ended; once, although several instances may see to it.
     *
     * @param handler who had it, if it is known
     */
    void completed(Command command, CommandResult result, @Nullable String handler, long ms) {
        CommandAudit extent = policy.apply(command.key().channel().namespace());
        if (extent == CommandAudit.OFF) {
            return;
        }
        ObjectNode payload = outline(command).put("status", result.status().text());
        if (handler != null) {
            payload.put("handler", handler);
        }
        payload.put("duration_ms", ms);
        if (extent == CommandAudit.FULL) {
            put(payload, "result", result.result());
            put(payload, "error", result.error());
        }
        // The handler has done it, and its caller is told: that it is not written down must be seen elsewhere.
        var unused = submit(command, "command.completed", command.id() + "-completed", payload)
                .thenAccept(refusal -> refusal.ifPresent(why -> LOG.warnf(
                        "that command %s in %s ended with %s could not be stored: %s",
                        command.id(), command.key(), result.status().text(), why)));
    }

    private static ObjectNode outline(Command command) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("command", command.id())
                .put("name", command.name())
                .put("from", command.from());
    }

    private static void put(ObjectNode payload, String name, @Nullable Json value) {
        if (value != null) {
            payload.set(name, value.tree());
        }
    }

    private CompletionStage<Optional<String>> submit(
            Command command, String type, @Nullable String eventId, ObjectNode payload) {
        return intake.apply(new Submission.Publish(command.key(), type, eventId, Json.of(payload), command.id()))
                .thenApply(outcome -> switch (outcome) {
                    case Outcome.Unavailable(String reason) -> Optional.of(reason);
                    case Outcome.TooLarge(String reason) -> Optional.of(reason);
                    case Outcome.Forbidden(String reason) -> Optional.of(reason);
                    case Outcome.Inadmissible(String reason, String at) -> Optional.of(reason);
                    default -> Optional.<String>empty();
                })
                .exceptionally(fault -> {
                    LOG.errorf(fault, "command %s could not be written down", command.id());
                    return Optional.of("something went wrong here");
                });
    }
}
