package dev.tidings.event;

import org.jspecify.annotations.Nullable;

/**
 * That a connection is present in a channel.
 *
 * @param connection its id, unique over all instances
 * @param subject whose it is
 * @param since when it came, in ms since the Unix epoch
 * @param info what its token says about it besides; null when that is nothing
 */
public record Presence(
        String connection,
        String subject,
        long since,
        @Nullable Json info) {}
