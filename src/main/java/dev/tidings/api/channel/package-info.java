/** Which channels there are. */
@NullMarked
package dev.tidings.api.channel;

import org.jspecify.annotations.NullMarked;
