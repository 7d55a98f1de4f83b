/**
 * Watches the sessions, windows and panes of a tmux server.
 *
 * <p>A look is one run of {@code tmux}. {@link dev.tidings.source.tmux.Listing} reads what it prints,
 * {@link dev.tidings.source.tmux.SessionStates} makes states of it, {@link dev.tidings.source.tmux.Explanation} finds what
 * a change of states amounts to, and {@link dev.tidings.source.tmux.Activity} sees what no state shows: output.
 */
@NullMarked
package dev.tidings.source.tmux;

import org.jspecify.annotations.NullMarked;
