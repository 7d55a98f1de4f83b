package dev.tidings.command;

import dev.tidings.protocol.CommandResult;
import java.util.function.Consumer;

/** Somebody on this instance who answers commands. */
public interface Handler {
    /** As whom its answers are written down. */
    String name();

    /**
     * Takes a command. Called on any thread; must not wait.
     *
     * @param timeoutMs for how long an answer is waited for
     * @param answer takes the answer, once; what comes later, or again, is nobody's news. A handler whose
     *     {@link Registration} has the answer may leave it alone.
     */
    void handle(Command command, long timeoutMs, Consumer<CommandResult> answer);
}
