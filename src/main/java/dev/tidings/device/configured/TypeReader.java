package dev.tidings.device.configured;

import dev.tidings.device.DeviceType;
import dev.tidings.device.Property;
import dev.tidings.device.configured.DevicesConfig.PropertyConfig;
import dev.tidings.device.configured.DevicesConfig.TypeConfig;
import dev.tidings.source.Keys;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of a device type. What is impossible is told in one line that names the key. */
final class TypeReader {
    private static final String PREFIX = "tidings.devices.types.";
    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    private static final int DEFAULT_LENGTH = 256;
    private static final int LONGEST = 10_000;
    private static final int LARGEST_EXPONENT = 1000;

    private TypeReader() {}

    /** @throws IllegalArgumentException when it is impossible */
    static DeviceType read(String name, TypeConfig config) {
        new Keys(PREFIX + name).name(name);
        Map<String, Property> properties = new TreeMap<>();
        config.properties().forEach((property, settings) -> {
            Keys keys = new Keys(PREFIX + name + ".properties." + property);
            boolean known = property.matches(NAME) && !property.equals(DeviceType.MEMBER);
            keys.require(
                    known, "", property, "a name of 1 to 64 letters, digits, _ and -, and not " + DeviceType.MEMBER);
            properties.put(property, property(keys, settings));
        });
        return new DeviceType(name, properties);
    }

    private static Property property(Keys keys, PropertyConfig config) {
        Property.Kind kind = kind(keys, config.type());
        boolean number = kind == Property.Kind.NUMBER || kind == Property.Kind.INTEGER;
        onlyOf(keys, number, "number and integer", ".min", config.min());
        onlyOf(keys, number, "number and integer", ".max", config.max());
        onlyOf(keys, kind == Property.Kind.ENUM, "enum", ".values", config.values());
        onlyOf(keys, kind == Property.Kind.STRING, "string", ".max-length", config.maxLength());
        BigDecimal min = bound(keys, ".min", config.min());
        BigDecimal max = bound(keys, ".max", config.max());
        keys.require(
                min == null || max == null || min.compareTo(max) <= 0,
                ".max",
                String.valueOf(max),
                "a number that is not below .min, which is " + min);
        return new Property(
                kind,
                config.unit().orElse(null),
                min,
                max,
                values(keys, kind, config.values().orElse(List.of())),
                (int) keys.number(".max-length", config.maxLength().orElse("" + DEFAULT_LENGTH), 1, LONGEST),
                keys.flag(".read-only", config.readOnly()),
                keys.flag(".required", config.required()));
    }

    private static Property.Kind kind(Keys keys, Optional<String> found) {
        String all =
                Arrays.stream(Property.Kind.values()).map(Property.Kind::text).collect(Collectors.joining(", "));
        if (found.isEmpty()) {
            throw keys.missing(".type", all);
        }
        return Arrays.stream(Property.Kind.values())
                .filter(kind -> kind.text().equals(found.get()))
                .findFirst()
                .orElseThrow(() -> keys.impossible(".type", found.get(), all));
    }

    private static void onlyOf(Keys keys, boolean holds, String kinds, String key, Optional<?> found) {
        if (!holds && found.isPresent()) {
            throw keys.impossible(key, found.get(), "nothing: only type " + kinds + " has it");
        }
    }

    private static @Nullable BigDecimal bound(Keys keys, String key, Optional<String> found) {
        if (found.isEmpty()) {
            return null;
        }
        String allowed = "a number, such as 3000 or -0.5";
        try {
            BigDecimal bound = new BigDecimal(found.get().strip());
            keys.require(Math.abs((long) bound.scale()) <= LARGEST_EXPONENT, key, found.get(), allowed);
            return bound;
        } catch (NumberFormatException e) {
            throw keys.impossible(key, found.get(), allowed);
        }
    }

    private static List<String> values(Keys keys, Property.Kind kind, List<String> found) {
        List<String> values = found.stream().map(String::strip).distinct().toList();
        if (kind == Property.Kind.ENUM && values.isEmpty()) {
            throw keys.missing(".values", "what it may be, with commas between");
        }
        keys.require(
                values.stream().noneMatch(String::isEmpty),
                ".values",
                String.join(",", found),
                "values that are not empty");
        return values;
    }
}
