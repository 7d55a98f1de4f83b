package dev.tidings.connection;

import java.time.Duration;

/**
 * What holds for every session.
 *
 * @param messageBytes the longest message a client may send, in bytes
 * @param unauthenticatedBytes the same before it has shown a token
 * @param messagesPerSecond how many messages a client may send on average
 * @param burst how many it may send at once
 * @param subscriptions how many targets it may subscribe to
 * @param durables how many durable subscriptions its subject may have in all
 * @param authenticateWithin how long it may take to show a token
 * @param heartbeat how often it is asked for a sign of life; after two without one it is closed
 */
public record SessionSettings(
        int messageBytes,
        int unauthenticatedBytes,
        int messagesPerSecond,
        int burst,
        int subscriptions,
        int durables,
        Duration authenticateWithin,
        Duration heartbeat) {}
