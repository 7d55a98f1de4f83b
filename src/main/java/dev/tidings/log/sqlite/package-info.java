/**
 * The log in one SQLite file, for one instance: what is acknowledged is on disk.
 *
 * <p>{@code schema.sql}, among the resources, says what is in the file. The write-ahead log is flushed to disk at every
 * commit ({@code synchronous=FULL}): with less, the commits since the last checkpoint are gone after a power cut, and
 * those were acknowledged.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>{@link dev.tidings.log.sqlite.Writer} has one thread, which alone changes the file; what waits for it in
 *       {@link dev.tidings.log.sqlite.Backlog} becomes one transaction. It tells the followers, and completes the answers.
 *   <li>{@link dev.tidings.log.sqlite.Readers} has a few threads, each with a connection of its own; each read sees the
 *       file as it was at one moment.
 *   <li>{@link dev.tidings.log.sqlite.Visits} is what they share, and safe on any thread.
 *   <li>All are platform threads: SQLite blocks in native code, where a virtual thread would hold its carrier.
 * </ol>
 */
@NullMarked
package dev.tidings.log.sqlite;

import org.jspecify.annotations.NullMarked;
