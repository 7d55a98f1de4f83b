/** Publishing events, one or many, and reading what channels retain. */
@NullMarked
package dev.tidings.api.event;

import org.jspecify.annotations.NullMarked;
