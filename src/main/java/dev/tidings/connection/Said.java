package dev.tidings.connection;

import dev.tidings.protocol.ClientMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something a client said, understood and not done yet.
 *
 * @param type what kind of thing it is, for whoever counts: one of a few words
 * @param id by which the client knows the answer; null when it does not say
 * @param deed does what the client wants
 */
public record Said(String type, @Nullable String id, Consumer<Conversation> deed) {
    /** A message to be handled as it is. */
    public static Said of(ClientMessage message) {
        return new Said(message.getClass().getSimpleName(), message.id(), session -> session.handle(message));
    }
}
