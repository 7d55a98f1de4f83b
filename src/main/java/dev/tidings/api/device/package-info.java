/** Devices: how they are, and changing them. */
@NullMarked
package dev.tidings.api.device;

import org.jspecify.annotations.NullMarked;
