package dev.tidings.hub;

import dev.tidings.event.Position;

/**
 * How far a subscription to a channel has come.
 *
 * @param from everything up to there was none of its business
 * @param reached everything after {@code from} up to there has been sent or is about to be, as far as the filter lets it
 */
public record Progress(Position from, Position reached) {}
