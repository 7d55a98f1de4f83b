package dev.tidings.log.sqlite;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What can be set of a SQLite log.
 *
 * @param file where it is
 * @param window how many of the newest events of all channels are kept for cursors, whatever the channels retain
 * @param timeout how long a call may wait for its turn before it is refused
 */
public record SqliteSettings(Path file, int window, Duration timeout) {}
