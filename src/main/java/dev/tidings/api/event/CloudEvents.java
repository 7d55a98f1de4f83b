package dev.tidings.api.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.jackson.JsonFormatOptions;
import io.cloudevents.rw.CloudEventRWException;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudEvents 1.0 in the forms that its HTTP binding has: a JSON object (structured), an array of them (batch), or headers
 * and a body (binary). The CloudEvents SDK reads them; what is read is bounded before, for the SDK takes anything. The channel is
 * the extension {@code channel}, else the subject.
 */
final class CloudEvents {
    static final String STRUCTURED = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";
    private static final String PREFIX = "ce-";
    private static final String DATA_TYPE = "datacontenttype";

    /** With our own numbers: the SDK's mapper would make 1.10 a 1.1, and lose digits. */
    private static final ObjectReader READER = Json.MAPPER
            .copy()
            .registerModule(JsonFormat.getCloudEventJacksonModule(JsonFormatOptions.builder()
                    // Members that are no extensions by their names mean nothing here, as unknown extensions do.
                    .forceIgnoreInvalidExtensionNameDeserialization(true)
                    .build()))
            .readerFor(CloudEvent.class);

    private CloudEvents() {}

    /** True when the headers make the body an event's data. */
    static boolean isBinary(MultiMap headers) {
        return headers.contains(PREFIX + "specversion");
    }

    /** @throws Invalid when it is not a CloudEvent in JSON */
    static EventBody structured(byte[] body) {
        if (!(Json.parse(body).tree() instanceof ObjectNode event)) {
            throw invalid("a CloudEvent is an object");
        }
        requireText(event, "channel");
        requireText(event, "cause");
        JsonNode dataType = event.path(DATA_TYPE);
        if (dataType.isTextual() && isJson(dataType.textValue())) {
            // The SDK takes application/vnd.x+json for something else.
            event.put(DATA_TYPE, MediaTypes.JSON);
        }
        try {
            return body(READER.readValue(event));
        } catch (JsonProcessingException e) {
            throw notOne(e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The SDK makes a text of anything. */
    private static void requireText(ObjectNode event, String extension) {
        JsonNode value = event.path(extension);
        if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
            throw invalid(extension + " is a string");
        }
    }

    /** @throws Invalid when headers and body are not a CloudEvent with JSON data */
    static EventBody binary(MultiMap headers, byte[] body) {
        try {
            return body(HttpMessageFactory.createReader(
                            header -> headers.forEach((name, value) -> header.accept(name, decoded(name, value))), body)
                    .toEvent());
        } catch (CloudEventRWException | IllegalStateException e) {
            // The latter where an attribute is missing.
            throw notOne(e.getMessage());
        }
    }

    /** The SDK leaves percent-encoding as it is (HTTP binding, section 3.1.3.2). */
    private static String decoded(String name, String value) {
        return name.toLowerCase(Locale.ROOT).startsWith(PREFIX) ? Query.decodePercent(value, name) : value;
    }

    private static EventBody body(CloudEvent event) {
        if (event.getSpecVersion() != SpecVersion.V1) {
            throw invalid("specversion: allowed is 1.0");
        }
        if (event.getSource().toString().isEmpty()) {
            throw invalid("the CloudEvent has no source");
        }
        String dataType = event.getDataContentType();
        if (dataType != null && !isJson(dataType)) {
            throw invalid(DATA_TYPE + ": found \"" + Query.shown(dataType) + "\", allowed is JSON");
        }
        String channel = extension(event, "channel");
        return new EventBody(
                channel == null ? event.getSubject() : channel,
                event.getType(),
                event.getId(),
                extension(event, "cause"),
                data(event.getData()));
    }

    private static Json data(@Nullable CloudEventData data) {
        return switch (data) {
            case null -> Json.NULL;
            case JsonCloudEventData json -> Json.of(json.getNode());
            default -> Json.parse(data.toBytes());
        };
    }

    private static @Nullable String extension(CloudEvent event, String name) {
        return (String) event.getExtension(name);
    }

    /** True also when nothing is said. */
    private static boolean isJson(String type) {
        String essence = MediaTypes.essence(type);
        return essence.isEmpty() || essence.equals(MediaTypes.JSON) || essence.endsWith("+json");
    }

    private static Invalid notOne(@Nullable String why) {
        return invalid("not a CloudEvent: " + why);
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
