/** Having something done by whoever answers a channel's commands. */
@NullMarked
package dev.tidings.api.command;

import org.jspecify.annotations.NullMarked;
