/** Device types and drivers as they are configured. */
@NullMarked
package dev.tidings.device.configured;

import org.jspecify.annotations.NullMarked;
