package dev.tidings.dialect.projects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Conversation;
import dev.tidings.connection.Dialect;
import dev.tidings.connection.Said;
import dev.tidings.dialect.Words;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.log.Since;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/** What dashboards say and hear. It has nothing to remember: one object speaks for all of them. */
enum ProjectsDialect implements Dialect {
    INSTANCE;

    private static final String NAMESPACE = "project";

    @Override
    public ConnectionKind kind() {
        return ConnectionKind.PROJECTS;
    }

    @Override
    public EventForm events() {
        return ProjectEvents.FORM;
    }

    @Override
    public Said read(String text) throws BadMessage {
        try {
            Words words = Words.of(text);
            return switch (words.action()) {
                case "subscribe" ->
                    Said.of(new ClientMessage.Subscribe(
                            null,
                            project(words),
                            Filter.EVERYTHING,
                            new Since.Now(),
                            ClientMessage.Wish.NO,
                            false,
                            null,
                            false));
                case "unsubscribe" -> Said.of(new ClientMessage.Unsubscribe(null, project(words)));
                default ->
                    throw new BadMessage(
                            new Refusal(ErrorCode.UNKNOWN_TYPE, "action is one of subscribe unsubscribe"), null, true);
            };
        } catch (Invalid invalid) {
            // The messages of others are no envelopes: what counts for these is how many there are.
            throw new BadMessage(Refusal.of(invalid), null, true);
        }
    }

    private static ChannelPattern project(Words words) {
        String id = words.text("projectId");
        if (id == null) {
            throw new Invalid(Invalid.What.MESSAGE, "projectId is missing, or is not a string");
        }
        return ChannelPattern.exactly(Channel.of(NAMESPACE, id));
    }

    @Override
    public void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation conversation) {
        ObjectNode words = switch (message) {
            case ServerMessage.Subscribed subscribed -> about("subscribed", subscribed.channel());
            case ServerMessage.Unsubscribed unsubscribed ->
                about("unsubscribed", new Channel(unsubscribed.target().text()));
            case ServerMessage.Gap gap -> gap(gap, nowMillis);
            case ServerMessage.Refused refused -> error(refused.refusal());
            default -> null;
        };
        if (words != null) {
            conversation.tell(Words.frames(words));
        }
    }

    private static ObjectNode about(String type, Channel project) {
        return Words.ofType(type).put("projectId", project.id());
    }

    /** Looks like an event: a client that does not know it passes over it. */
    private static ObjectNode gap(ServerMessage.Gap gap, long nowMillis) {
        ObjectNode words = about("gap", gap.channel());
        words.putObject("payload").put("from", gap.from()).put("to", gap.to());
        return words.put("timestamp", nowMillis);
    }

    private static ObjectNode error(Refusal refusal) {
        return Words.ofType("error").put("code", refusal.code().text()).put("message", refusal.message());
    }
}
