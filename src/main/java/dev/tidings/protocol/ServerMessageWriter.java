package dev.tidings.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.Presence;
import dev.tidings.event.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the server's messages as JSON. */
public final class ServerMessageWriter {
    private static final String PROTOCOL = "tidings.v1";

    private final JsonGenerator json;

    private ServerMessageWriter(JsonGenerator json) {
        this.json = json;
    }

    /**
     * @param id of the client's message that this answers; null when it answers none
     * @param timestamp now, in ms since the Unix epoch
     */
    public static Frames write(ServerMessage message, @Nullable String id, long timestamp) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            new ServerMessageWriter(json).writeEnvelope(message, id, timestamp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Frames.of(out.toByteArray());
    }

    /** The message's payload alone, as a JSON object: for transports that say the rest otherwise. */
    public static byte[] payload(ServerMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            new ServerMessageWriter(json).writePayload(message);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private void writeEnvelope(ServerMessage message, @Nullable String id, long timestamp) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type(message));
        if (id != null) {
            json.writeStringField("id", id);
        }
        String channel = channel(message);
        if (channel != null) {
            json.writeStringField("channel", channel);
        }
        if (message instanceof ServerMessage.Command command) {
            json.writeStringField("from", command.from());
        }
        if (hasPayload(message)) {
            json.writeObjectFieldStart("payload");
            writePayload(message);
            json.writeEndObject();
        }
        json.writeNumberField("timestamp", timestamp);
        json.writeEndObject();
    }

    private static boolean hasPayload(ServerMessage message) {
        return switch (message) {
            case ServerMessage.Pong m -> false;
            case ServerMessage.Unsubscribed m -> false;
            case ServerMessage.Handling m -> false;
            case ServerMessage.Unhandled m -> false;
            default -> true;
        };
    }

    private static String type(ServerMessage message) {
        return switch (message) {
            case ServerMessage.Welcome m -> "welcome";
            case ServerMessage.Authenticated m -> "authenticated";
            case ServerMessage.Subscribed m -> "subscribed";
            case ServerMessage.PatternSubscribed m -> "subscribed";
            case ServerMessage.Unsubscribed m -> "unsubscribed";
            case ServerMessage.Published m -> "published";
            case ServerMessage.History m -> "history";
            case ServerMessage.States m -> "state";
            case ServerMessage.Members m -> "presence";
            case ServerMessage.Joined m -> "joined";
            case ServerMessage.Left m -> "left";
            case ServerMessage.Handling m -> "handling";
            case ServerMessage.Unhandled m -> "unhandled";
            case ServerMessage.Command m -> "command";
            case ServerMessage.CommandResponse m -> "command_response";
            case ServerMessage.Gap m -> "gap";
            case ServerMessage.TokenExpiring m -> "token_expiring";
            case ServerMessage.Reconnect m -> "reconnect";
            case ServerMessage.Refused m -> "error";
            case ServerMessage.Pong m -> "pong";
        };
    }

    private static @Nullable String channel(ServerMessage message) {
        return switch (message) {
            case ServerMessage.Subscribed m -> m.channel().name();
            case ServerMessage.PatternSubscribed m -> m.pattern().text();
            case ServerMessage.Unsubscribed m -> m.target().text();
            case ServerMessage.Published m -> m.channel().name();
            case ServerMessage.History m -> m.channel().name();
            case ServerMessage.States m -> m.target().text();
            case ServerMessage.Members m -> m.channel().name();
            case ServerMessage.Joined m -> m.channel().name();
            case ServerMessage.Left m -> m.channel().name();
            case ServerMessage.Handling m -> m.target().text();
            case ServerMessage.Unhandled m -> m.target().text();
            case ServerMessage.Command m -> m.channel().name();
            case ServerMessage.CommandResponse m -> m.channel().name();
            case ServerMessage.Gap m -> m.channel().name();
            case ServerMessage.Refused m -> m.channel();
            default -> null;
        };
    }

    private void writePayload(ServerMessage message) throws IOException {
        switch (message) {
            case ServerMessage.Welcome m -> {
                json.writeStringField("connection", m.connection());
                json.writeStringField("protocol", PROTOCOL);
                json.writeNumberField("heartbeat_ms", m.heartbeatMs());
                json.writeNumberField("authenticate_within_ms", m.authenticateWithinMs());
                json.writeNumberField("max_message_bytes", m.maxMessageBytes());
            }
            case ServerMessage.Authenticated m -> {
                json.writeStringField("subject", m.subject());
                json.writeStringField("tenant", m.tenant());
                json.writeNumberField("expires_at", m.expiresAt());
                json.writeArrayFieldStart("permissions");
                for (String permission : m.permissions()) {
                    json.writeString(permission);
                }
                json.writeEndArray();
            }
            case ServerMessage.Subscribed m -> {
                writePosition(m.newest());
                writeRecovery(m.recovered(), m.replayed());
                if (m.state() != null) {
                    writeState(m.state());
                }
            }
            case ServerMessage.PatternSubscribed m -> {
                json.writeStringField("cursor", m.cursor().toString());
                writeRecovery(m.recovered(), m.replayed());
            }
            case ServerMessage.Published m -> {
                writePosition(m.position());
                if (m.eventId() != null) {
                    json.writeStringField("event_id", m.eventId());
                }
                json.writeNumberField("timestamp", m.timestamp());
            }
            case ServerMessage.History m -> writeHistory(m);
            case ServerMessage.States m -> writeStates(m);
            case ServerMessage.Members m -> writeMembers(m);
            case ServerMessage.Joined m -> writePresence(m.presence());
            case ServerMessage.Left m -> writePresence(m.presence());
            case ServerMessage.Command m -> {
                json.writeStringField("name", m.name());
                writeRaw("args", m.args().utf8());
            }
            case ServerMessage.CommandResponse m -> writeResponse(m);
            case ServerMessage.Gap m -> {
                json.writeNumberField("from", m.from());
                json.writeNumberField("to", m.to());
            }
            case ServerMessage.TokenExpiring m -> json.writeNumberField("expires_at", m.expiresAt());
            case ServerMessage.Reconnect m -> {
                json.writeNumberField("after_ms", m.afterMs());
                json.writeBooleanField("resume", true);
            }
            case ServerMessage.Refused m -> writeError(m.refusal());
            case ServerMessage.Unsubscribed m -> {}
            case ServerMessage.Handling m -> {}
            case ServerMessage.Unhandled m -> {}
            case ServerMessage.Pong m -> {}
        }
    }

    private void writePosition(Position position) throws IOException {
        json.writeStringField("epoch", position.epoch());
        json.writeNumberField("offset", position.offset());
    }

    private void writeRecovery(boolean recovered, int replayed) throws IOException {
        json.writeBooleanField("recovered", recovered);
        json.writeNumberField("replayed", replayed);
    }

    private void writeState(State state) throws IOException {
        json.writeObjectFieldStart("state");
        writeRaw("data", state.data().utf8());
        json.writeNumberField("offset", state.position().offset());
        json.writeEndObject();
    }

    private void writeHistory(ServerMessage.History history) throws IOException {
        json.writeArrayFieldStart("events");
        for (Event event : history.events()) {
            json.writeRawValue(new String(EventFrames.encode(event), StandardCharsets.UTF_8));
        }
        json.writeEndArray();
        writePosition(history.newest());
        json.writeBooleanField("complete", history.complete());
    }

    private void writeStates(ServerMessage.States states) throws IOException {
        json.writeArrayFieldStart("states");
        for (ServerMessage.ChannelState each : states.states()) {
            json.writeStartObject();
            json.writeStringField("channel", each.channel().name());
            writeRaw("data", each.state().data().utf8());
            writePosition(each.state().position());
            json.writeNumberField("timestamp", each.state().timestamp());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeMembers(ServerMessage.Members members) throws IOException {
        json.writeArrayFieldStart("members");
        for (Presence each : members.members()) {
            json.writeStartObject();
            writePresence(each);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("count", members.count());
        if (members.next() != null) {
            json.writeStringField("next", members.next());
        }
    }

    private void writePresence(Presence presence) throws IOException {
        json.writeStringField("connection", presence.connection());
        json.writeStringField("subject", presence.subject());
        json.writeNumberField("since", presence.since());
        if (presence.info() != null) {
            writeRaw("info", presence.info().utf8());
        }
    }

    private void writeResponse(ServerMessage.CommandResponse response) throws IOException {
        CommandResult result = response.result();
        json.writeStringField("command", response.command());
        json.writeStringField("status", result.status().text());
        if (result.result() != null) {
            writeRaw("result", result.result().utf8());
        }
        if (result.error() != null) {
            writeRaw("error", result.error().utf8());
        }
    }

    private void writeError(Refusal refusal) throws IOException {
        json.writeStringField("code", refusal.code().text());
        json.writeStringField("message", refusal.message());
        json.writeBooleanField("retryable", refusal.code().retryable());
        if (refusal.retryAfterMs().isPresent() || refusal.at() != null) {
            json.writeObjectFieldStart("details");
            if (refusal.retryAfterMs().isPresent()) {
                json.writeNumberField("retry_after_ms", refusal.retryAfterMs().getAsLong());
            }
            if (refusal.at() != null) {
                json.writeStringField("at", refusal.at());
            }
            json.writeEndObject();
        }
    }

    private void writeRaw(String name, byte[] value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(new String(value, StandardCharsets.UTF_8));
    }
}
