package dev.tidings.log.sqlite;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What can be set of a SQLite log.
 *
 * @param file where it is
 * @param window how many events of all channels a cursor may lag behind; more are not looked for
 * @param timeout how long a call may wait for its turn before it is refused
 */
public record SqliteSettings(Path file, int window, Duration timeout) {}
