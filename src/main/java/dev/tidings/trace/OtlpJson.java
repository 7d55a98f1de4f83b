package dev.tidings.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Spans as a collector takes them: OTLP 1, in JSON. */
final class OtlpJson {
    private final String instance;

    /** @param instance which of several this is */
    OtlpJson(String instance) {
        this.instance = instance;
    }

    byte[] write(List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 * spans.size() + 512);
        try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("resourceSpans");
            json.writeStartObject();
            json.writeObjectFieldStart("resource");
            json.writeArrayFieldStart("attributes");
            attribute(json, "service.name", "tidings");
            attribute(json, "service.instance.id", instance);
            json.writeEndArray();
            json.writeEndObject();
            json.writeArrayFieldStart("scopeSpans");
            json.writeStartObject();
            json.writeObjectFieldStart("scope");
            json.writeStringField("name", "dev.tidings");
            json.writeEndObject();
            json.writeArrayFieldStart("spans");
            for (Span span : spans) {
                write(json, span);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Span span) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "traceId", TraceParent.traceId(span.trace().high(), span.trace().low()));
        json.writeStringField("spanId", TraceParent.spanId(span.id()));
        if (span.parent() != 0) {
            json.writeStringField("parentSpanId", TraceParent.spanId(span.parent()));
        }
        // Channels may be any number: a name has the namespace only.
        json.writeStringField(
                "name", span.kind().text() + ' ' + span.key().channel().namespace());
        json.writeNumberField("kind", span.kind().number());
        json.writeStringField("startTimeUnixNano", Long.toString(span.startNanos()));
        json.writeStringField("endTimeUnixNano", Long.toString(span.endNanos()));
        json.writeArrayFieldStart("attributes");
        attribute(json, "messaging.system", "tidings");
        attribute(json, "messaging.operation.name", span.kind().text());
        attribute(json, "messaging.destination.name", span.key().channel().name());
        attribute(json, "messaging.message.id", span.event());
        attribute(json, "tidings.tenant", span.key().tenant());
        attribute(json, "tidings.event", span.type());
        if (span.offset() > 0) {
            attribute(json, "tidings.offset", span.offset());
        }
        if (span.connections() > 0) {
            attribute(json, "tidings.connections", span.connections());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void attribute(JsonGenerator json, String key, String value) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", key);
        json.writeObjectFieldStart("value");
        json.writeStringField("stringValue", value);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void attribute(JsonGenerator json, String key, long value) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", key);
        json.writeObjectFieldStart("value");
        // As protobuf's JSON has numbers of 64 bits.
        json.writeStringField("intValue", Long.toString(value));
        json.writeEndObject();
        json.writeEndObject();
    }
}
