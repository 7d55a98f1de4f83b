package dev.tidings.dialect.devices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Conversation;
import dev.tidings.connection.Dialect;
import dev.tidings.connection.Said;
import dev.tidings.dialect.Words;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.State;
import dev.tidings.operator.ConnectionCount;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one panel says and hears. */
final class DevicesDialect implements Dialect {
    private static final String WELCOME = "Connected to Machine Control Panel";

    // By these it knows what an answer is about.
    private static final String STATUS = "status";
    private static final String GATHERING = "all-";

    private final DeviceUpdates updates;
    private final KnownTypes types;
    private final ConnectionCount connections;
    private final Clock clock;
    private final PanelWords words = new PanelWords(this);
    private final Following following = new Following();
    private final Map<String, Gathering> gatherings = new HashMap<>();
    private final Opening opening = new Opening();
    private int gathered;

    /** How many subscriptions that the panel did not ask for have still to begin, before it is told how all devices are. */
    private int beginning;

    /** True while it is known who the panel is, by a token. */
    private boolean hasToken;

    DevicesDialect(DeviceUpdates updates, KnownTypes types, ConnectionCount connections, Clock clock) {
        this.updates = updates;
        this.types = types;
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public ConnectionKind kind() {
        return ConnectionKind.DEVICES;
    }

    @Override
    public EventForm events() {
        return updates;
    }

    @Override
    public Said read(String text) {
        Said said = words.read(text);
        return new Said(
                said.type(),
                null,
                conversation -> opening.then(() -> said.deed().accept(conversation)));
    }

    /** Tells how a device is. */
    void status(ChannelPattern device, Conversation conversation) {
        conversation.handle(new ClientMessage.State(STATUS, device));
    }

    /** Tells how all devices are that the panel may see. */
    void statusOfAll(Conversation conversation) {
        List<ChannelPattern> visible = Visible.to(conversation.caller());
        if (visible.isEmpty()) {
            boolean isKnown = conversation.caller() != null;
            say(
                    isKnown
                            ? DeviceWords.error("forbidden", "there is no device that you may see")
                            : DeviceWords.error("unauthenticated", "send authenticate with a token first"),
                    conversation);
            return;
        }
        String id = GATHERING + gathered++;
        gatherings.put(id, new Gathering(visible.size()));
        visible.forEach(each -> conversation.handle(new ClientMessage.State(id, each)));
    }

    void unsubscribe(ChannelPattern device, Conversation conversation) {
        begin(following.leave(device, false, conversation));
        say(DeviceWords.about("unsubscription_confirmed", id(device)), conversation);
    }

    void say(ObjectNode message, Conversation conversation) {
        conversation.tell(DeviceWords.frames(clock.millis(), message));
    }

    private static String id(ChannelPattern device) {
        return device.text().substring(Visible.NAMESPACE.length() + 1);
    }

    @Override
    public void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation conversation) {
        switch (message) {
            case ServerMessage.Welcome welcome ->
                // If nobody is known by then, nobody is.
                conversation.loop().execute(() -> {
                    if (conversation.caller() == null) {
                        open(1, conversation);
                    }
                });
            case ServerMessage.Authenticated authenticated -> authenticated(id, authenticated, conversation);
            case ServerMessage.Subscribed subscribed -> subscribed(id, subscribed, conversation);
            case ServerMessage.PatternSubscribed subscribed -> {
                if (id == null) {
                    // Something was lost that cannot be told one by one.
                    statusOfAll(conversation);
                } else {
                    begun(conversation);
                }
            }
            case ServerMessage.Gap gap -> status(ChannelPattern.exactly(gap.channel()), conversation);
            case ServerMessage.States states -> states(id, states, conversation);
            case ServerMessage.Refused refused -> refused(id, refused, conversation);
            default -> {}
        }
    }

    private void authenticated(@Nullable String id, ServerMessage.Authenticated message, Conversation conversation) {
        boolean goesOn = hasToken;
        Caller caller = conversation.caller();
        hasToken = caller != null && !caller.isAnonymous();
        if (id == null) {
            connections
                    .count(message.tenant())
                    .whenComplete((count, failure) -> conversation.loop().execute(() -> {
                        open(count == null ? 1 : count, conversation);
                        begin(following.all(conversation));
                    }));
            return;
        }
        say(Words.ofType("authenticated").put("subject", message.subject()), conversation);
        begin(goesOn ? following.all(conversation) : following.anew(conversation));
    }

    private void open(int total, Conversation conversation) {
        say(
                Words.ofType("connection_established").put("message", WELCOME).put("total_connections", total),
                conversation);
        opening.over();
    }

    private void begin(int subscriptions) {
        beginning += subscriptions;
    }

    /** A subscription that the panel did not ask for holds, or cannot be had. With the last of them it is told how things stand. */
    private void begun(Conversation conversation) {
        if (beginning > 0 && --beginning == 0) {
            statusOfAll(conversation);
        }
    }

    private void subscribed(@Nullable String id, ServerMessage.Subscribed message, Conversation conversation) {
        ChannelPattern device = ChannelPattern.exactly(message.channel());
        State state = message.state();
        if (state != null) {
            learn(message.channel().name(), state, conversation);
        }
        if (Following.UNASKED.equals(id)) {
            begun(conversation);
        } else if (state == null && id != null) {
            begin(following.leave(device, true, conversation));
            say(DeviceWords.notFound(id(device)), conversation);
        } else if (id != null) {
            following.chosen(device, conversation);
            say(DeviceWords.about("subscription_confirmed", id(device)), conversation);
        } else {
            status(device, conversation);
        }
    }

    private void states(@Nullable String id, ServerMessage.States message, Conversation conversation) {
        message.states().forEach(each -> learn(each.channel().name(), each.state(), conversation));
        Gathering gathering = id == null ? null : gatherings.get(id);
        if (gathering != null) {
            if (gathering.add(message.states())) {
                gatherings.remove(id);
                say(gathering.words(), conversation);
            }
        } else if (STATUS.equals(id)) {
            String device = id(message.target());
            if (message.states().isEmpty()) {
                say(DeviceWords.notFound(device), conversation);
            } else {
                ObjectNode status = DeviceWords.about("device_status", device);
                status.set("data", message.states().getFirst().state().data().tree());
                say(status, conversation);
            }
        }
    }

    private void learn(String device, State state, Conversation conversation) {
        Caller caller = conversation.caller();
        if (caller != null) {
            types.learn(new ChannelKey(caller.tenant(), new Channel(device)), state.data());
        }
    }

    private void refused(@Nullable String id, ServerMessage.Refused message, Conversation conversation) {
        Refusal refusal = message.refusal();
        if (id != null && id.startsWith(GATHERING) && gatherings.remove(id) == null) {
            // Of the answers that were to be put together another has failed, and the panel knows.
            return;
        }
        String code = refusal.code() == ErrorCode.INVALID_MESSAGE
                ? "invalid_json"
                : refusal.code().text();
        say(DeviceWords.error(code, refusal.message()), conversation);
        String channel = message.channel();
        if (channel != null && Following.UNASKED.equals(id)) {
            following.refused(new ChannelPattern(channel));
            begun(conversation);
        } else if (channel != null && id == null) {
            following.refused(new ChannelPattern(channel));
            begin(following.all(conversation));
        }
    }
}
