package dev.tidings.device.group;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.Control;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Invalid.What;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Some devices of a tenant.
 *
 * @param channel where their changes are told
 * @param members ids of devices, each once
 */
public record Group(ChannelKey channel, List<String> members) {
    /** How many devices a group has at most. */
    public static final int MOST_MEMBERS = 1000;

    /** The namespace of groups' channels. */
    public static final String NAMESPACE = "group";

    private static final String MEMBERS = "members";
    private static final String FORM = "a group is an object such as {\"members\": [\"motor_01\", \"motor_02\"]}";

    /** No token's tenant begins so. */
    private static final String HIDDEN = "_groups.";

    public Group {
        members = List.copyOf(members);
    }

    /** The channel where a group's changes are told. */
    public static ChannelKey channelOf(String tenant, String id) {
        return new ChannelKey(tenant, Channel.of(NAMESPACE, id));
    }

    /**
     * Reads {@code {members: [ids]}}; it may have the group's own {@code id} besides, as a group that was read has.
     *
     * @throws Invalid when it is not of that form, has other members, or too many devices
     */
    public static List<String> members(String id, JsonNode body) {
        JsonNode members = body.path(MEMBERS);
        if (!body.isObject() || !members.isArray()) {
            throw new Invalid(What.MESSAGE, FORM);
        }
        body.fieldNames().forEachRemaining(name -> {
            boolean own = name.equals("id") && body.path(name).asText().equals(id);
            if (!own && !name.equals(MEMBERS)) {
                throw new Invalid(What.MESSAGE, "a group has no member \"" + Invalid.shown(name) + "\"; " + FORM);
            }
        });
        if (members.size() > MOST_MEMBERS) {
            throw new Invalid(What.MESSAGE, "members are " + members.size() + "; allowed are at most " + MOST_MEMBERS);
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode member : members) {
            if (!member.isTextual()) {
                throw new Invalid(What.MESSAGE, FORM + ": each member is the id of a device, a string");
            }
            var unused = Channel.of(Control.NAMESPACE, member.textValue());
            ids.add(member.textValue());
        }
        return ids.stream().distinct().toList();
    }

    /** The group's id. */
    public String id() {
        return channel.channel().id();
    }

    /** A member's channel. */
    ChannelKey device(String member) {
        return Control.keyOf(channel.tenant(), member);
    }

    /** Where it is written down who is in it. */
    static ChannelKey recordOf(ChannelKey channel) {
        return new ChannelKey(hidden(channel.tenant()), channel.channel());
    }

    /** The tenant where it is written down who is in a tenant's groups. */
    static String hidden(String tenant) {
        return HIDDEN + tenant;
    }

    /** True when it is written down there who is in groups. */
    static boolean isRecord(String tenant) {
        return tenant.startsWith(HIDDEN);
    }

    /** Whose groups are written down there. */
    static String tenantOfRecord(String tenant) {
        return tenant.substring(HIDDEN.length());
    }

    /** The channel of the group that is written down there. */
    static ChannelKey channelOfRecord(ChannelKey written) {
        return new ChannelKey(tenantOfRecord(written.tenant()), written.channel());
    }

    /** As written down, under this key. */
    static Group read(ChannelKey written, JsonNode state) {
        return new Group(
                channelOfRecord(written),
                StreamSupport.stream(state.path(MEMBERS).spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    ObjectNode write() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        members.forEach(state.putArray(MEMBERS)::add);
        return state;
    }
}
