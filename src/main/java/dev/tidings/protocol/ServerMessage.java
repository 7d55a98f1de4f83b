package dev.tidings.protocol;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.Presence;
import dev.tidings.event.State;
import dev.tidings.log.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server says, but for events: those are {@link EventFrames}. */
public sealed interface ServerMessage {
    /** Always first. */
    record Welcome(String connection, long heartbeatMs, long authenticateWithinMs, long maxMessageBytes)
            implements ServerMessage {}

    /** The token was good. */
    record Authenticated(String subject, String tenant, long expiresAt, List<String> permissions)
            implements ServerMessage {}

    /**
     * The subscription holds; what is replayed follows, then what is new.
     *
     * @param newest the channel's newest event
     * @param recovered true when everything after the place asked for is being replayed
     * @param state what the channel retains; null when it has nothing or it was not asked for
     */
    record Subscribed(
            Channel channel,
            Position newest,
            boolean recovered,
            int replayed,
            @Nullable State state) implements ServerMessage {}

    /** As {@link Subscribed}, for a pattern. */
    record PatternSubscribed(ChannelPattern pattern, Cursor cursor, boolean recovered, int replayed)
            implements ServerMessage {}

    record Unsubscribed(ChannelPattern target) implements ServerMessage {}

    /** The event is stored, at that place. */
    record Published(
            Channel channel, Position position, @Nullable String eventId, long timestamp) implements ServerMessage {}

    /** @param complete false when something of what was asked for is missing */
    record History(Channel channel, List<Event> events, Position newest, boolean complete) implements ServerMessage {}

    record States(ChannelPattern target, List<ChannelState> states) implements ServerMessage {}

    /** One channel's state, and where the channel stands. */
    record ChannelState(Channel channel, State state) {}

    /**
     * Who is present, in the order of their connections' ids.
     *
     * @param count how many are present, all told
     * @param next the connection after which to go on; null when nobody follows
     */
    record Members(
            Channel channel,
            List<Presence> members,
            int count,
            @Nullable String next) implements ServerMessage {}

    /** Another connection is present from now on. */
    record Joined(Channel channel, Presence presence) implements ServerMessage {}

    /** Another connection is present no longer. */
    record Left(Channel channel, Presence presence) implements ServerMessage {}

    /** The connection answers the commands there from now on. */
    record Handling(ChannelPattern target) implements ServerMessage {}

    /** The connection is given no commands from there any more. */
    record Unhandled(ChannelPattern target) implements ServerMessage {}

    /**
     * Something for a handler to do.
     *
     * @param from who wants it: a subject
     */
    record Command(Channel channel, String name, Json args, String from) implements ServerMessage {}

    /**
     * What became of a client's command.
     *
     * @param command the id that it was given
     */
    record CommandResponse(Channel channel, String command, CommandResult result) implements ServerMessage {}

    /** The events from the one offset to the other, both included, will not be delivered. */
    record Gap(Channel channel, long from, long to) implements ServerMessage {}

    /** The token will end then, and the connection with it. */
    record TokenExpiring(long expiresAt) implements ServerMessage {}

    /**
     * The service is about to stop.
     *
     * @param afterMs when the client is to connect anew and resume; clients are told different times
     */
    record Reconnect(long afterMs) implements ServerMessage {}

    record Refused(@Nullable String channel, Refusal refusal) implements ServerMessage {}

    record Pong() implements ServerMessage {}
}
