/** How much of everything a client may have. */
@NullMarked
package dev.tidings.limits;

import org.jspecify.annotations.NullMarked;
