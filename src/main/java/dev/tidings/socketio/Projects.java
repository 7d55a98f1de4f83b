package dev.tidings.socketio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.connection.Conversation;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.protocol.ServerMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The projects that one client has joined. Used on the connection's loop only. */
final class Projects {
    private final ProjectForm form;
    private final Answers answers;
    private final Map<Channel, Membership> joined = new LinkedHashMap<>();

    private record Membership(ChannelKey key, Room room, Consumer<byte[]> member) {}

    Projects(ProjectForm form, Answers answers) {
        this.form = form;
        this.answers = answers;
    }

    boolean contains(Channel project) {
        return joined.containsKey(project);
    }

    /** The one that was joined last; null when there is none. */
    @Nullable
    Channel last() {
        Channel last = null;
        for (Channel each : joined.keySet()) {
            last = each;
        }
        return last;
    }

    void joined(ServerMessage.Subscribed subscribed, @Nullable Ask ask, Conversation client) {
        Channel project = subscribed.channel();
        Caller caller = client.caller();
        if (caller == null) {
            return;
        }
        Membership known = joined.remove(project);
        if (known == null) {
            ChannelKey key = new ChannelKey(caller.tenant(), project);
            Consumer<byte[]> member = message -> Answers.tell(message, client);
            Room room = form.join(key, subscribed.newest(), subscribed.state(), member);
            known = new Membership(key, room, member);
            answers.observer().joined(key);
        } else {
            known.room().learn(subscribed.newest(), subscribed.state());
        }
        joined.put(project, known);
        boolean asked = ask != null;
        if (asked) {
            ObjectNode room = Packets.object().put("room", room(project)).put("project_id", project.id());
            Answers.tell(Packets.event("joined", room), client);
            answers.answer(ask, Answers.ok().put("room", room(project)), client);
        }
        // Unasked when the numbering restarted: what the client knew before holds no longer.
        if (known.room().hasState() || !asked) {
            Answers.tell(known.room().update(), client);
        }
    }

    void left(Channel project, @Nullable Ask ask, Conversation client) {
        Membership known = joined.remove(project);
        if (known != null) {
            leave(known);
        }
        if (known != null || ask != null) {
            ObjectNode room = Packets.object().put("room", room(project)).put("project_id", project.id());
            Answers.tell(Packets.event("left", room), client);
            answers.answer(ask, Answers.ok().put("room", room(project)), client);
        }
    }

    /** Events are lost for this client; what they did to the state is not. */
    void gap(ServerMessage.Gap gap, Conversation client) {
        ObjectNode told = Packets.object()
                .put("project_id", gap.channel().id())
                .put("from", gap.from())
                .put("to", gap.to());
        Answers.tell(Packets.event("gap", told), client);
        Membership known = joined.get(gap.channel());
        if (known != null) {
            Answers.tell(known.room().update(), client);
        }
    }

    void close() {
        joined.values().forEach(this::leave);
        joined.clear();
    }

    private void leave(Membership membership) {
        form.leave(membership.key(), membership.member());
        answers.observer().left(membership.key());
    }

    private static String room(Channel project) {
        return "project_" + project.id();
    }
}
