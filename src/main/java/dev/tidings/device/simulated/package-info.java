/** Devices that are not there: for trying things out, and for showing them. */
@NullMarked
package dev.tidings.device.simulated;

import org.jspecify.annotations.NullMarked;
