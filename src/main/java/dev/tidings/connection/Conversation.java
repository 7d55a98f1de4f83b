package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.Frames;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
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

    /**
     * Subscribes to something apart from the connection's other subscriptions: what another of them brings, this brings too.
     * What comes of it, and gaps and refusals later, are told by {@link Dialect#tell} with the message's id.
     *
     * @param message with an id that no other of these subscriptions has; without presence, and not durable
     * @param words puts its events into the client's words, as they are sent
     */
    void follow(ClientMessage.Subscribe message, UnaryOperator<Frames> words);

    /** Ends such a subscription; does nothing when there is none. */
    void unfollow(String id);

    /** Sends something to the client as it is. Does nothing when it has gone. */
    void tell(Frames frames);

    /** Sends the client away. Does nothing when it has gone. */
    void end(Closing closing);

    /** Runs tasks on the connection's loop, later. */
    Executor loop();
}
