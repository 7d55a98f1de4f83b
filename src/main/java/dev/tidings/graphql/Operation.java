package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that a client has asked for and that is not over yet. Used on the connection's loop only. */
final class Operation {
    private final String id;
    private final byte[] beforeNext;

    /** Null until it is known that it is a subscription. */
    private @Nullable Projection projection;

    Operation(String id) {
        this.id = id;
        this.beforeNext = SocketWords.beforeNext(id);
    }

    void becomes(Projection form) {
        projection = form;
    }

    /** Events, as they are sent for this operation. */
    Frames words(Frames events) {
        List<byte[]> results = Objects.requireNonNull(projection).messages(events);
        List<byte[]> messages = new ArrayList<>(results.size());
        for (byte[] result : results) {
            byte[] message = new byte[beforeNext.length + result.length + 1];
            System.arraycopy(beforeNext, 0, message, 0, beforeNext.length);
            System.arraycopy(result, 0, message, beforeNext.length, result.length);
            message[message.length - 1] = '}';
            messages.add(message);
        }
        return Frames.of(messages);
    }

    /** Something about the subscription that is no event; null when there are no words for it. */
    @Nullable
    Frames words(ServerMessage notice) {
        JsonNode result = projection == null
                ? null
                : switch (notice) {
                    case ServerMessage.Subscribed subscribed ->
                        projection.result("Subscribed", Updates.subscribed(subscribed));
                    case ServerMessage.PatternSubscribed subscribed ->
                        projection.result("Subscribed", Updates.subscribed(subscribed));
                    case ServerMessage.Gap gap -> projection.result("Gap", Updates.gap(gap));
                    default -> null;
                };
        return result == null ? null : SocketWords.next(id, result);
    }
}
