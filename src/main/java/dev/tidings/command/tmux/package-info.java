/** Commands for tmux sessions, carried out here. */
@NullMarked
package dev.tidings.command.tmux;

import org.jspecify.annotations.NullMarked;
