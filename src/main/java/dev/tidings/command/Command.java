package dev.tidings.command;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;

/**
 * Something that somebody wants done.
 *
 * @param id unlike any other's; the {@code cause} of the events that come of it
 * @param key where
 * @param args any JSON value
 * @param from who wants it: a subject
 */
public record Command(String id, ChannelKey key, String name, Json args, String from) {}
