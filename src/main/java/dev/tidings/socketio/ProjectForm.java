package dev.tidings.socketio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Frames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How events of projects look to Socket.IO clients. One for each event loop, because it keeps the states of the projects that
 * somebody there has joined; used on that loop only.
 */
final class ProjectForm extends EventForm {
    static final String NAMESPACE = "project";
    static final String CHAT = "chat.message";
    static final String COMMAND_RESPONSE = "command.response";

    private final EventLog log;
    private final Executor loop;
    private final Map<ChannelKey, Room> rooms = new HashMap<>();
    private @Nullable Frames last;
    private List<byte[]> lastMessages = List.of();

    ProjectForm(EventLog log, Executor loop) {
        this.log = log;
        this.loop = loop;
    }

    /**
     * Takes a member into a project's room.
     *
     * @param newest where the project stands for the member
     * @param state what it has there
     */
    Room join(ChannelKey key, Position newest, @Nullable State state, Consumer<byte[]> member) {
        Room room = rooms.computeIfAbsent(key, each -> new Room(each, log, loop, newest, state));
        room.learn(newest, state);
        room.add(member);
        return room;
    }

    void leave(ChannelKey key, Consumer<byte[]> member) {
        rooms.computeIfPresent(key, (same, room) -> room.remove(member) ? null : room);
    }

    /** The same for all to whom the same events go, one after the other: they are worked out once. */
    @Override
    public List<byte[]> messages(Frames frames) {
        if (!frames.equals(last)) {
            lastMessages = super.messages(frames);
            last = frames;
        }
        return lastMessages;
    }

    /** Forgets what it worked out last. */
    void clear() {
        last = null;
        lastMessages = List.of();
    }

    @Override
    protected byte @Nullable [] encode(Event event) {
        Room room = rooms.get(event.key());
        if (room == null) {
            return null;
        }
        if (changesState(event)) {
            return room.change(event);
        }
        room.pass(event);
        return switch (event.type()) {
            case CHAT -> Packets.event("chat_message", inProject(event));
            case COMMAND_RESPONSE -> Packets.event("command_response", inProject(event));
            default ->
                Packets.event(Packets.nameOf(event.type()), event.payload().utf8());
        };
    }

    private static boolean changesState(Event event) {
        return event.type().equals(Event.STATE_DELETED)
                || (event.type().equals(Event.STATE_CHANGED)
                        && event.payload().tree().path("patch").isObject());
    }

    /** What somebody said, and where and when: that is not theirs to say. */
    private static byte[] inProject(Event event) {
        ObjectNode told = Packets.object();
        if (event.payload().tree() instanceof ObjectNode payload) {
            told.setAll(payload);
        } else {
            told.set("payload", event.payload().tree());
        }
        told.put("project_id", event.channel().id()).put("timestamp", event.timestamp());
        return Json.of(told).utf8();
    }
}
