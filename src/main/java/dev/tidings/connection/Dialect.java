package dev.tidings.connection;

import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * How one connection speaks: makes messages of what its client says, and words of what the client is told. Who the client is,
 * what it may do and how much, its subscriptions, its heartbeat and its end are the {@link Session}'s, the same for all
 * dialects. Used on the connection's loop only.
 */
public interface Dialect {
    /** What such connections are counted as, and shown to operators. */
    ConnectionKind kind();

    /** How events look: one object for all connections of the dialect. */
    EventForm events();

    /**
     * Reads what the client said. Nothing is done yet: it may have said too much.
     *
     * @throws BadMessage when it cannot be understood
     */
    Said read(String text) throws BadMessage;

    /**
     * Tells the client something that is no event, in its words; or nothing, where the dialect has no words for it.
     *
     * @param message what to tell
     * @param id of the message that this answers; null when it answers none
     * @param nowMillis in ms since the Unix epoch
     */
    void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation conversation);

    /** With what the connection is closed: as the protocol of Tidings has it, where the dialect has no codes of its own. */
    default Closing closing(CloseCode code, String reason) {
        return new Closing(code, code.code(), reason);
    }
}
