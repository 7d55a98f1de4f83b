package dev.tidings.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.log.DurableName;
import dev.tidings.log.Range;
import org.jspecify.annotations.Nullable;

/** Reads a client's messages from JSON text. */
public final class ClientMessageReader {
    private ClientMessageReader() {}

    /** @throws BadMessage when the text is no message, or one that breaks the contract */
    public static ClientMessage read(String text) throws BadMessage {
        Envelope envelope = Envelope.read(text);
        try {
            return message(envelope);
        } catch (Invalid invalid) {
            throw new BadMessage(Refusal.of(invalid), envelope.id, true);
        }
    }

    private static ClientMessage message(Envelope envelope) throws BadMessage {
        String id = envelope.id;
        require(id == null || id.length() <= 128, "id has at most 128 characters");
        String type = envelope.type == null ? "" : envelope.type;
        return switch (type) {
            case "authenticate" -> new ClientMessage.Authenticate(id, token(payload(envelope)));
            case "subscribe" -> subscribe(envelope);
            case "unsubscribe" -> new ClientMessage.Unsubscribe(id, pattern(envelope));
            case "publish" ->
                new ClientMessage.Publish(
                        id,
                        channel(envelope),
                        present(envelope.event, "event"),
                        envelope.eventId,
                        envelope.payload == null ? Json.NULL : envelope.payload,
                        envelope.cause);
            case "history" -> new ClientMessage.History(id, channel(envelope), range(payload(envelope)));
            case "state" -> new ClientMessage.State(id, pattern(envelope));
            case "presence" -> presence(id, channel(envelope), payload(envelope));
            case "command" -> new ClientMessage.Command(id, channel(envelope), CommandCall.read(payload(envelope)));
            case "handle" -> new ClientMessage.Handle(id, pattern(envelope));
            case "unhandle" -> new ClientMessage.Unhandle(id, pattern(envelope));
            case "command_result" ->
                new ClientMessage.CommandAnswer(
                        id, present(envelope.command, "command"), CommandResult.read(payload(envelope)));
            case "ack" -> new ClientMessage.Ack(id, channel(envelope), offset(envelope));
            case "ping" -> new ClientMessage.Ping(id);
            default ->
                throw new BadMessage(
                        new Refusal(
                                ErrorCode.UNKNOWN_TYPE,
                                "unknown type; known are authenticate subscribe unsubscribe publish history state presence"
                                        + " command handle unhandle command_result ack ping"),
                        id,
                        true);
        };
    }

    private static ClientMessage subscribe(Envelope envelope) {
        ChannelPattern target = pattern(envelope);
        JsonNode options = payload(envelope);
        boolean presence = flag(options, "presence");
        require(!presence || target.isExact(), "presence is for one channel, not for a pattern");
        JsonNode filter = options.path("filter");
        return new ClientMessage.Subscribe(
                envelope.id,
                target,
                absent(filter) ? Filter.EVERYTHING : Filter.parse(filter),
                SinceReader.read(options.path("since"), target),
                wish(options, "state"),
                flag(options, "conflate"),
                durable(options, target),
                presence);
    }

    private static ClientMessage.@Nullable Durable durable(JsonNode options, ChannelPattern target) {
        JsonNode durable = options.path("durable");
        if (absent(durable)) {
            return null;
        }
        require(durable.isTextual(), "durable is a name, a string");
        require(
                target.isExact(),
                "durable is for one channel, not for a pattern: acknowledged is an offset of a channel");
        DurableName.check(durable.textValue());
        return new ClientMessage.Durable(durable.textValue(), absent(options.path("since")));
    }

    private static long offset(Envelope envelope) {
        Long offset = envelope.offset;
        if (offset == null || offset < 1) {
            throw new Invalid(Invalid.What.MESSAGE, "offset is a whole number, 1 or more");
        }
        return offset;
    }

    private static ClientMessage presence(@Nullable String id, Channel channel, JsonNode payload) {
        JsonNode after = payload.path("after");
        require(absent(after) || after.isTextual(), "after is a connection's id, a string");
        return new ClientMessage.Presence(
                id,
                channel,
                absent(after) ? "" : after.textValue(),
                limit(payload.path("limit"), 0, ClientMessage.Presence.MAX_LIMIT));
    }

    private static Range range(JsonNode payload) {
        return new Range(
                SinceReader.readOrBeginning(payload.path("since")),
                SinceReader.before(payload.path("before")),
                Filter.globs(payload.path("events")),
                limit(payload.path("limit"), 1, Range.MAX_LIMIT),
                flag(payload, "reverse"));
    }

    /** The largest when none is given. */
    private static int limit(JsonNode limit, int smallest, int largest) {
        if (absent(limit)) {
            return largest;
        }
        require(
                limit.isIntegralNumber()
                        && limit.canConvertToInt()
                        && limit.intValue() >= smallest
                        && limit.intValue() <= largest,
                "limit is a whole number from " + smallest + " to " + largest);
        return limit.intValue();
    }

    private static String token(JsonNode payload) {
        JsonNode token = payload.path("token");
        require(!absent(token) && token.isTextual(), "authenticate needs payload {token}, a string");
        return token.textValue();
    }

    private static JsonNode payload(Envelope envelope) {
        if (envelope.payload == null || envelope.payload.equals(Json.NULL)) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode payload = envelope.payload.tree();
        require(payload.isObject(), "payload is an object");
        return payload;
    }

    private static Channel channel(Envelope envelope) {
        return new Channel(presentChannel(envelope));
    }

    private static ChannelPattern pattern(Envelope envelope) {
        return new ChannelPattern(presentChannel(envelope));
    }

    private static String presentChannel(Envelope envelope) {
        if (envelope.channel == null) {
            throw new Invalid(Invalid.What.CHANNEL, "channel is missing");
        }
        return envelope.channel;
    }

    private static String present(@Nullable String value, String name) {
        if (value == null) {
            throw new Invalid(Invalid.What.MESSAGE, name + " is missing");
        }
        return value;
    }

    private static ClientMessage.Wish wish(JsonNode payload, String name) {
        if (absent(payload.path(name))) {
            return ClientMessage.Wish.UNSAID;
        }
        return flag(payload, name) ? ClientMessage.Wish.YES : ClientMessage.Wish.NO;
    }

    private static boolean flag(JsonNode payload, String name) {
        JsonNode flag = payload.path(name);
        require(absent(flag) || flag.isBoolean(), name + " is true or false");
        return !absent(flag) && flag.booleanValue();
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Invalid(Invalid.What.MESSAGE, otherwise);
        }
    }
}
