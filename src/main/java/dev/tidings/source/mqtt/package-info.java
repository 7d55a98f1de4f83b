/** What MQTT brokers have to say, as events and states. */
@NullMarked
package dev.tidings.source.mqtt;

import org.jspecify.annotations.NullMarked;
