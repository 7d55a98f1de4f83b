/**
 * The machine control panel's dialect, at {@code /ws/devices}: a panel gets the changes of all devices that it may see, or of
 * those that it has chosen, and asks how they are. A device is a channel {@code device:<id>} with a state.
 */
@NullMarked
package dev.tidings.dialect.devices;

import org.jspecify.annotations.NullMarked;
