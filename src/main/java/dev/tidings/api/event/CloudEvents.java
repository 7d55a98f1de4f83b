package dev.tidings.api.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import io.vertx.core.MultiMap;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudEvents 1.0 in the forms that its HTTP binding has: a JSON object (structured), an array of them (batch), or headers
 * and a body (binary). The channel is the extension {@code channel}, else the subject.
 */
final class CloudEvents {
    static final String STRUCTURED = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";
    private static final String PREFIX = "ce-";

    private CloudEvents() {}

    /** True when the headers make the body an event's data. */
    static boolean isBinary(MultiMap headers) {
        return headers.contains(PREFIX + "specversion");
    }

    /** @throws Invalid when it is not a CloudEvent in JSON */
    static EventBody structured(byte[] body) {
        JsonNode event = Json.parse(body).tree();
        if (!event.isObject()) {
            throw invalid("a CloudEvent is an object");
        }
        if (event.hasNonNull("data_base64")) {
            throw invalid("data_base64 cannot be taken: a payload is JSON, in data");
        }
        return body(name -> text(event, name), event.has("data") ? Json.of(event.get("data")) : Json.NULL);
    }

    /** @throws Invalid when headers and body are not a CloudEvent with JSON data */
    static EventBody binary(MultiMap headers, byte[] body) {
        Json data = body.length == 0 ? Json.NULL : Json.parse(body);
        return body(
                name -> {
                    String value =
                            name.equals("datacontenttype") ? headers.get("Content-Type") : headers.get(PREFIX + name);
                    return value == null ? null : Query.decodePercent(value, PREFIX + name);
                },
                data);
    }

    private static EventBody body(Function<String, @Nullable String> attributes, Json data) {
        if (!require(attributes, "specversion").equals("1.0")) {
            throw invalid("specversion: allowed is 1.0");
        }
        String id = require(attributes, "id");
        String type = require(attributes, "type");
        // Has to be there, and means nothing here: an id is unique by itself.
        require(attributes, "source");
        checkTime(attributes.apply("time"));
        String dataType = MediaTypes.essence(attributes.apply("datacontenttype"));
        if (!dataType.isEmpty() && !dataType.equals(MediaTypes.JSON) && !dataType.endsWith("+json")) {
            throw invalid("datacontenttype: found \"" + Query.shown(dataType) + "\", allowed is JSON");
        }
        String channel = attributes.apply("channel");
        return new EventBody(
                channel == null ? attributes.apply("subject") : channel, type, id, attributes.apply("cause"), data);
    }

    private static String require(Function<String, @Nullable String> attributes, String name) {
        String value = attributes.apply(name);
        if (value == null || value.isEmpty()) {
            throw invalid("the CloudEvent has no " + name);
        }
        return value;
    }

    private static void checkTime(@Nullable String time) {
        try {
            if (time != null) {
                OffsetDateTime.parse(time);
            }
        } catch (DateTimeParseException e) {
            throw invalid("time: allowed is a timestamp of RFC 3339, such as 2024-01-01T00:00:00Z");
        }
    }

    private static @Nullable String text(JsonNode event, String name) {
        JsonNode value = event.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid(name + " is a string");
        }
        return value.textValue();
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
