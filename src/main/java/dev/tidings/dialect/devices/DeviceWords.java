package dev.tidings.dialect.devices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.dialect.Words;
import dev.tidings.protocol.Frames;
import java.math.BigDecimal;

/** What panels are told: JSON objects with a type and a time. */
final class DeviceWords {
    private DeviceWords() {}

    /** A message about one device, to be completed. */
    static ObjectNode about(String type, String device) {
        return Words.ofType(type).put("device_id", device);
    }

    /** An error that panels know by its code. */
    static ObjectNode error(String code, String message) {
        return Words.ofType("error").put("error_code", code).put("message", message);
    }

    static ObjectNode notFound(String device) {
        return error("device_not_found", "Device " + device + " not found");
    }

    /** The message with its time, which panels have in seconds. */
    static ObjectNode at(long millis, ObjectNode message) {
        return message.put("timestamp", BigDecimal.valueOf(millis, 3));
    }

    static Frames frames(long millis, ObjectNode message) {
        return Words.frames(at(millis, message));
    }
}
