package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.Frames;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a dialect can do for the client that it speaks for. Used on the connection's loop only. */
public interface Conversation {
    /** The connection's id, unique over all instances. */
    String id();

    /** Who the client is; null while that is not known. */
    @Nullable
    Caller caller();

    /**
     * Does what a message asks for, if the client may have it. What comes of it is told by {@link Dialect#tell} with the
     * message's id, which is the dialect's to choose.
     */
    void handle(ClientMessage message);

    /** Lets a client in that is known without a token, as {@link #handle} does with one. Does nothing when it is in. */
    void letIn(Caller caller, @Nullable String messageId);

    /** Sends something to the client as it is. Does nothing when it has gone. */
    void tell(Frames frames);

    /** Runs tasks on the connection's loop, later. */
    Executor loop();
}
