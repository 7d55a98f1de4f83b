/** Commands answered by HTTP servers. */
@NullMarked
package dev.tidings.command.webhook;

import org.jspecify.annotations.NullMarked;
