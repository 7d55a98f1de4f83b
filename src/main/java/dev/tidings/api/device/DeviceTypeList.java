package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.device.DeviceType;
import dev.tidings.device.DeviceTypes;
import dev.tidings.device.Property;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Types of devices. */
@Schema(name = "DeviceTypes", description = "Types of devices, by name", requiredProperties = "items")
record DeviceTypeList(@Schema(description = "The types") List<Item> items) {

    static DeviceTypeList of(DeviceTypes types) {
        return new DeviceTypeList(types.byName().values().stream()
                .sorted(Comparator.comparing(DeviceType::name))
                .map(Item::of)
                .toList());
    }

    /** One of them. */
    @Schema(
            name = "DeviceType",
            description = "A type of devices",
            requiredProperties = {"name", "properties"})
    record Item(
            @Schema(description = "As the member device_type of a state has it", examples = "motor")
            String name,

            @Schema(
                    description = "What devices of it can be told to do, by name",
                    examples = "{\"speed\": {\"type\": \"integer\", \"read_only\": false, \"required\": true}}")
            Map<String, Settable> properties) {
        static Item of(DeviceType type) {
            Map<String, Settable> properties = new TreeMap<>();
            type.properties().forEach((name, property) -> properties.put(name, Settable.of(property)));
            return new Item(type.name(), properties);
        }
    }

    /** What a property can be set to. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "DeviceProperty",
            description = "What a property can be set to",
            requiredProperties = {"type", "read_only", "required"})
    record Settable(
            @Schema(
                    description = "Its kind",
                    enumeration = {"number", "integer", "boolean", "string", "enum"},
                    examples = "integer")
            String type,

            @Schema(description = "What a number is in", examples = "rpm") @Nullable
            String unit,

            @Schema(description = "The smallest number", examples = "0") @Nullable
            BigDecimal min,

            @Schema(description = "The largest number", examples = "3000") @Nullable
            BigDecimal max,

            @Schema(description = "What an enum may be", examples = "[\"manual\", \"auto\"]") @Nullable
            List<String> values,

            @Schema(description = "How many characters a string may have", examples = "256") @Nullable
            Integer max_length,

            @Schema(description = "The device alone says what it is", examples = "false")
            boolean read_only,

            @Schema(description = "It cannot be removed by null", examples = "false")
            boolean required) {
        static Settable of(Property property) {
            return new Settable(
                    property.kind().text(),
                    property.unit(),
                    property.min(),
                    property.max(),
                    property.kind() == Property.Kind.ENUM ? property.values() : null,
                    property.kind() == Property.Kind.STRING ? property.maxLength() : null,
                    property.readOnly(),
                    property.required());
        }
    }
}
