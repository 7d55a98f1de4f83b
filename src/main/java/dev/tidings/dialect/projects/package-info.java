/**
 * The orchestrator dashboard's dialect, at {@code /ws/projects}: a client subscribes to projects, and gets the events of the
 * channels {@code project:<id>} as flat objects. It shows its token with the handshake or is not let in.
 */
@NullMarked
package dev.tidings.dialect.projects;

import org.jspecify.annotations.NullMarked;
