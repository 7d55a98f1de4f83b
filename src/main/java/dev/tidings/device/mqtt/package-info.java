/** Devices that hear and speak at an MQTT broker. */
@NullMarked
package dev.tidings.device.mqtt;

import org.jspecify.annotations.NullMarked;
