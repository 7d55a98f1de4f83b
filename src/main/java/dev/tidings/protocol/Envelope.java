package dev.tidings.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The members of a client's message, read in one pass; the payload is validated and cut out, not taken apart. */
final class Envelope {
    @Nullable
    String type;

    @Nullable
    String id;

    @Nullable
    String channel;

    @Nullable
    String event;

    @Nullable
    String eventId;

    @Nullable
    String cause;

    /** Null also when it was no whole number. */
    @Nullable
    Long offset;

    @Nullable
    String command;

    @Nullable
    Json payload;

    private final String text;

    /** What is wrong with a member; told when the rest has been read, for the id may come after it. */
    private @Nullable Invalid problem;

    private Envelope(String text) {
        this.text = text;
    }

    static Envelope read(String text) throws BadMessage {
        Envelope envelope = new Envelope(text);
        try (JsonParser parser = Json.MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notAnEnvelope("a message is a JSON object with a type");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                envelope.readMember(parser);
            }
            if (parser.nextToken() != null) {
                throw notAnEnvelope("one frame holds one message");
            }
        } catch (JsonProcessingException e) {
            throw notAnEnvelope("not JSON: " + Malformed.why(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (envelope.problem != null) {
            throw new BadMessage(Refusal.of(envelope.problem), envelope.id, envelope.type != null);
        }
        if (envelope.type == null) {
            throw new BadMessage(new Refusal(ErrorCode.INVALID_MESSAGE, "a message has a type"), envelope.id, false);
        }
        return envelope;
    }

    private void readMember(JsonParser parser) throws IOException, BadMessage {
        String name = parser.currentName();
        int depth = parser.getParsingContext().getNestingDepth();
        parser.nextToken();
        switch (name) {
            case "type" -> type = text(parser, name);
            case "id" -> id = text(parser, name);
            case "channel" -> channel = text(parser, name);
            case "event" -> event = text(parser, name);
            case "event_id" -> eventId = text(parser, name);
            case "cause" -> cause = text(parser, name);
            case "command" -> command = text(parser, name);
            case "offset" -> offset = whole(parser);
            case "payload" -> readPayload(parser, depth);
            default -> parser.skipChildren();
        }
    }

    private @Nullable String text(JsonParser parser, String name) throws IOException, BadMessage {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NULL -> null;
            default -> {
                parser.skipChildren();
                problem = new Invalid(Invalid.What.MESSAGE, name + " is a string");
                yield null;
            }
        };
    }

    /** Other messages than the one it is for may have what they like there. */
    private static @Nullable Long whole(JsonParser parser) throws IOException {
        boolean isLong = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        parser.skipChildren();
        return isLong ? (Long) parser.getLongValue() : null;
    }

    private void readPayload(JsonParser parser, int depth) throws IOException {
        try {
            payload = cut(parser);
        } catch (Invalid invalid) {
            problem = invalid;
            while (parser.getParsingContext().getNestingDepth() > depth) {
                parser.nextToken();
            }
        }
    }

    private Json cut(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        Json.check(parser);
        int to = (int) parser.currentLocation().getCharOffset();
        return Json.cut(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private static BadMessage notAnEnvelope(String why) {
        return new BadMessage(new Refusal(ErrorCode.INVALID_MESSAGE, why), null, false);
    }
}
