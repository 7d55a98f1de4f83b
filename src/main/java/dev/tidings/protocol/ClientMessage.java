package dev.tidings.protocol;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Json;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import org.jspecify.annotations.Nullable;

/** What a client says. */
public sealed interface ClientMessage {
    /** Chosen by the client and repeated in the reply; null when it does not care. */
    @Nullable
    String id();

    /** Here is my token, or a newer one. */
    record Authenticate(@Nullable String id, String token) implements ClientMessage {}

    /**
     * Send me what happens there.
     *
     * @param state whether the client wants to be given the retained state
     * @param conflate whether changes of state may be put together where the client is slow
     * @param durable under which name the position is kept that the client has acknowledged; of a channel only; null for none
     * @param presence true when the client wants to be present there; of a channel only, not of a pattern
     */
    record Subscribe(
            @Nullable String id,
            ChannelPattern target,
            Filter filter,
            Since since,
            Wish state,
            boolean conflate,
            @Nullable Durable durable,
            boolean presence)
            implements ClientMessage {}

    /**
     * A durable subscription.
     *
     * @param resumes false when the client says itself where to begin
     */
    record Durable(String name, boolean resumes) {}

    /** Stop sending me that. */
    record Unsubscribe(@Nullable String id, ChannelPattern target) implements ClientMessage {}

    /** This has happened. */
    record Publish(
            @Nullable String id,
            Channel channel,
            String event,
            @Nullable String eventId,
            Json payload,
            @Nullable String cause)
            implements ClientMessage {}

    /** What has happened there? */
    record History(@Nullable String id, Channel channel, Range range) implements ClientMessage {}

    /** How do things stand there? */
    record State(@Nullable String id, ChannelPattern target) implements ClientMessage {}

    /**
     * Who is there?
     *
     * @param after only connections whose ids are greater than this; empty for the first
     * @param limit at most so many; 0 when only their number is wanted
     */
    record Presence(@Nullable String id, Channel channel, String after, int limit) implements ClientMessage {
        /** How many may be asked for, and how many are given when no limit is named. */
        public static final int MAX_LIMIT = 1000;
    }

    /** Have this done there. */
    record Command(@Nullable String id, Channel channel, CommandCall call) implements ClientMessage {}

    /** I answer the commands there. */
    record Handle(@Nullable String id, ChannelPattern target) implements ClientMessage {}

    /** I answer them no longer. */
    record Unhandle(@Nullable String id, ChannelPattern target) implements ClientMessage {}

    /**
     * That is what became of what I was given to do.
     *
     * @param command the command's id
     */
    record CommandAnswer(@Nullable String id, String command, CommandResult result) implements ClientMessage {}
    /** I have dealt with everything up to this offset; for a durable subscription. */
    record Ack(@Nullable String id, Channel channel, long offset) implements ClientMessage {}

    /** Are you there? */
    record Ping(@Nullable String id) implements ClientMessage {}

    /** An option that may be asked for, declined, or left to the server. */
    enum Wish {
        YES,
        NO,
        UNSAID
    }
}
