package dev.tidings.device.simulated;

import dev.tidings.device.DeviceType;
import dev.tidings.device.Property;
import dev.tidings.device.Property.Kind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What kinds of devices are simulated. */
public enum Model {
    /** Turns: its speed follows what it is set to, and it grows warm with it. */
    MOTOR {
        @Override
        Simulation begin(RandomGenerator random) {
            return new Motor(random);
        }

        @Override
        Map<String, Property> properties() {
            return Map.of(
                    "on", flag(),
                    "speed", number(Kind.INTEGER, "rpm", "0", "3000"),
                    "actual_speed", measured(Kind.INTEGER, "rpm"),
                    "temperature", measured(Kind.NUMBER, "°C"));
        }
    },
    /** Measures a temperature that wanders, with noise, and can be calibrated. */
    SENSOR {
        @Override
        Simulation begin(RandomGenerator random) {
            return new Sensor(random);
        }

        @Override
        Map<String, Property> properties() {
            return Map.of("value", measured(Kind.NUMBER, "°C"), "calibration", number(Kind.NUMBER, "°C", "-10", "10"));
        }
    },
    /** Moves things along and counts them. */
    CONVEYOR {
        @Override
        Simulation begin(RandomGenerator random) {
            return new Conveyor(random);
        }

        @Override
        Map<String, Property> properties() {
            return Map.of(
                    "on", flag(),
                    "speed", number(Kind.NUMBER, "m/s", "0", "2.5"),
                    "actual_speed", measured(Kind.NUMBER, "m/s"),
                    "items", measured(Kind.INTEGER, null));
        }
    };

    /** One device of this kind. */
    abstract Simulation begin(RandomGenerator random);

    abstract Map<String, Property> properties();

    /** As in configuration, and as {@code device_type}: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What can be set of such a device. */
    public DeviceType type() {
        return new DeviceType(text(), properties());
    }

    /** By its name in configuration. */
    public static Optional<Model> of(String text) {
        return Arrays.stream(values())
                .filter(model -> model.text().equals(text))
                .findFirst();
    }

    /** Their names, for a message. */
    public static String all() {
        return Arrays.stream(values()).map(Model::text).collect(Collectors.joining(", "));
    }

    private static Property flag() {
        return new Property(Kind.BOOLEAN, null, null, null, List.of(), 0, false, true);
    }

    private static Property number(Kind kind, String unit, String min, String max) {
        return new Property(kind, unit, new BigDecimal(min), new BigDecimal(max), List.of(), 0, false, true);
    }

    private static Property measured(Kind kind, @Nullable String unit) {
        return new Property(kind, unit, null, null, List.of(), 0, true, false);
    }
}
