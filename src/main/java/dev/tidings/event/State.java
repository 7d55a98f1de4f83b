package dev.tidings.event;

/**
 * What a channel retains: the JSON object its events so far add up to.
 *
 * @param data the whole state
 * @param position of the event that changed it last
 * @param timestamp of that event, in ms since the Unix epoch
 */
public record State(Json data, Position position, long timestamp) {}
