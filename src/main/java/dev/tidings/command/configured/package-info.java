/** Handlers that are configured, and have no connection. */
@NullMarked
package dev.tidings.command.configured;

import org.jspecify.annotations.NullMarked;
