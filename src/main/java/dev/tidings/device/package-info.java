/**
 * Devices: what they are, how they are changed, and who drives them.
 *
 * <p>A device is a channel {@code device:ID} with a state. A change is checked against the device's type, carried out by the
 * driver that has the device, and written as the channel's state when the device has done it: what is in the log is what
 * devices did, not what somebody wished. What devices do by themselves their drivers report.
 */
@NullMarked
package dev.tidings.device;

import org.jspecify.annotations.NullMarked;
