package dev.tidings.device.configured;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What devices there are and how they are reached. Values are text here: they are read so that an impossible one is told in the
 * same words whatever it should have been.
 */
@ConfigMapping(prefix = "tidings.devices")
public interface DevicesConfig {
    /** How long a device may take to do what it is told, {@code 50ms} to {@code 1m}. */
    @WithDefault("5s")
    String timeout();

    /** Device types, by name: what devices have as {@code device_type}. */
    Map<String, TypeConfig> types();

    /** Drivers, by name: 1 to 64 letters, digits, {@code _} and {@code -}. */
    Map<String, DriverConfig> drivers();

    /** What can be set for a type. */
    interface TypeConfig {
        /** By name: 1 to 64 letters, digits, {@code _} and {@code -}. */
        Map<String, PropertyConfig> properties();
    }

    /** What can be set for a property. */
    interface PropertyConfig {
        /** {@code number}, {@code integer} (150.0 is one), {@code boolean}, {@code string} or {@code enum}. */
        Optional<String> type();

        /** What a number is in, such as {@code rpm}: told with its range. */
        Optional<String> unit();

        /** The smallest number allowed. */
        Optional<String> min();

        /** The largest number allowed. */
        Optional<String> max();

        /** What an {@code enum} may be, with commas between. */
        Optional<List<String>> values();

        /** How many characters a {@code string} may have, {@code 1} to {@code 10000}; {@code 256} unless set. */
        Optional<String> maxLength();

        /** {@code true} when the device alone says what it is. */
        @WithDefault("false")
        String readOnly();

        /** {@code true} when it cannot be removed by setting it to null. */
        @WithDefault("false")
        String required();
    }

    /** What can be set for a driver. */
    interface DriverConfig {
        /** What it is: {@code http}, {@code mqtt} or {@code simulated}. */
        Optional<String> kind();

        /** Whether it drives, {@code true} or {@code false}. */
        @WithDefault("true")
        String enabled();

        /** Whose devices it has. */
        @WithDefault("default")
        String tenant();

        /**
         * The ids of its devices, at most 1000, with commas between; {@code prefix*} for all whose ids begin so. Where two drivers
         * match, the one that says more of the id has the device.
         */
        Optional<List<String>> devices();

        /** The {@code device_type} of its devices, where they do not have one; for simulated ones their model unless set. */
        Optional<String> type();

        /**
         * How often it asks its devices how they are, {@code 100ms} to {@code 1d}; never unless set. How often simulated devices
         * move: {@code 1s} without it.
         */
        Optional<String> interval();

        /**
         * Kind {@code http}: where its devices are, {@code {id}} standing for a device's id, percent-encoded. Kind {@code mqtt}: where the broker
         * is, {@code mqtt://host:1883} or {@code mqtts://host:8883}.
         */
        Optional<String> url();

        /** Kind {@code http}: headers to send, by name. May hold secrets: they are never logged. */
        Map<String, String> headers();

        /** Kinds {@code http} and {@code mqtt}: the largest answer or state taken, {@code 1} to {@code 16M}; {@code 64K} unless set. */
        Optional<String> maxSize();

        /** Kind {@code mqtt}: as whom the broker is spoken to. */
        Optional<String> username();

        /** Kind {@code mqtt}: goes with {@code username}. */
        Optional<String> password();

        /** Kind {@code mqtt}: where devices hear what to do; one level is {@code {id}}. */
        Optional<String> commandTopic();

        /** Kind {@code mqtt}: where devices say how they are; one level is {@code {id}}. */
        Optional<String> stateTopic();

        /** Kind {@code simulated}: what its devices are, {@code motor}, {@code sensor} or {@code conveyor}. */
        Optional<String> model();

        /** Kind {@code simulated}: a whole number; with the same one devices behave the same. {@code 1} unless set. */
        Optional<String> seed();
    }
}
