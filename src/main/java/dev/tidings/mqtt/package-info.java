/** The way to MQTT brokers, for whatever is to be heard or said there. Knows nothing of events and channels. */
@NullMarked
package dev.tidings.mqtt;

import org.jspecify.annotations.NullMarked;
