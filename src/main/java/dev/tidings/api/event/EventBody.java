package dev.tidings.api.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as a publisher sends it, read in one pass: the payload is validated and cut out of the body, not taken apart.
 *
 * @param channel only in bulk, where the URL names none
 * @param eventId the publisher's own id, an idempotency key
 */
record EventBody(
        @Nullable String channel,
        @Nullable String event,
        @Nullable String eventId,
        @Nullable String cause,
        Json payload) {

    /** What the members are called that say of what type the event is, and where it is to go. */
    private record Names(String event, String channel) {
        static final Names OURS = new Names("event", "channel");
        static final Names PROJECTS = new Names("type", "projectId");
    }

    /** @throws Invalid when the body is not one JSON object of that form */
    static EventBody read(byte[] body) {
        return read(body, Names.OURS);
    }

    /** As a dashboard's server says it: {@code type} for the event, {@code projectId} for the channel. */
    static EventBody readOfProject(byte[] body) {
        EventBody event = read(body, Names.PROJECTS);
        if (event.event == null) {
            throw invalid("type is missing: that of the event, such as story.status.changed");
        }
        return event;
    }

    private static EventBody read(byte[] body, Names names) {
        Json.requireUtf8(body);
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid(
                        "an event is an object such as {\"" + names.event + "\": \"agent.started\", \"payload\": {}}");
            }
            EventBody event = readObject(parser, body, names);
            if (parser.nextToken() != null) {
                throw invalid("one event is expected, and something follows it");
            }
            return event;
        } catch (JsonProcessingException e) {
            throw invalid("not JSON: " + Malformed.why(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Cuts an array into its elements, whatever these are.
     *
     * @throws Invalid when the body is not one JSON array
     */
    static List<byte[]> elements(byte[] body) {
        Json.requireUtf8(body);
        List<byte[]> elements = new ArrayList<>();
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw invalid("an array of events is expected, or NDJSON as application/x-ndjson");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(cut(parser, body));
            }
            if (parser.nextToken() != null) {
                throw invalid("one array is expected, and something follows it");
            }
        } catch (JsonProcessingException e) {
            throw invalid("not JSON: " + Malformed.why(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return elements;
    }

    /** The same, led to by this unless it says what it was led to by itself. */
    EventBody causedBy(@Nullable String unlessSaid) {
        return cause != null || unlessSaid == null ? this : new EventBody(channel, event, eventId, unlessSaid, payload);
    }

    String requireEvent() {
        if (event == null) {
            throw invalid("event is missing: the type of the event, such as agent.started");
        }
        return event;
    }

    String requireChannel() {
        if (channel == null) {
            throw new Invalid(Invalid.What.CHANNEL, "channel is missing");
        }
        return channel;
    }

    private static EventBody readObject(JsonParser parser, byte[] body, Names names) throws IOException {
        String channel = null;
        String event = null;
        String eventId = null;
        String cause = null;
        Json payload = Json.NULL;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(names.channel)) {
                channel = text(parser, name);
                continue;
            }
            if (name.equals(names.event)) {
                event = text(parser, name);
                continue;
            }
            switch (name) {
                case "event_id" -> eventId = text(parser, name);
                case "cause" -> cause = text(parser, name);
                case "payload" -> payload = Json.cut(cut(parser, body));
                default -> parser.skipChildren();
            }
        }
        return new EventBody(channel, event, eventId, cause, payload);
    }

    /** The bytes of the value that the parser is at, which it is at the end of then. */
    private static byte[] cut(JsonParser parser, byte[] body) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        Json.check(parser);
        int to = (int) parser.currentLocation().getByteOffset();
        return Arrays.copyOfRange(body, from, to);
    }

    private static @Nullable String text(JsonParser parser, String name) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NULL -> null;
            default -> throw invalid(name + " is a string");
        };
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
