/** Who is present in a channel. */
@NullMarked
package dev.tidings.api.presence;

import org.jspecify.annotations.NullMarked;
