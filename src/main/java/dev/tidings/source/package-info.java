/** Where events come from that nobody publishes: pollers of tmux, HTTP endpoints and the machine itself. */
@NullMarked
package dev.tidings.source;

import org.jspecify.annotations.NullMarked;
