package dev.tidings.presence.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Presence;
import dev.tidings.log.redis.Keys;

/**
 * A member as the scripts know it: {@code <tenant>:<channel>|<connection>|<instance>|<details>}. No part but the last has a bar
 * in it.
 *
 * @param place what comes before the instance: it tells members apart
 */
record Entry(ChannelKey key, String place, Presence presence) {
    /** What the entries of all who are present in a channel begin with. */
    static String room(ChannelKey key) {
        return Keys.member(key) + '|';
    }

    static String place(ChannelKey key, String connection) {
        return room(key) + connection + '|';
    }

    static String details(Presence presence) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("subject", presence.subject()).put("since", presence.since());
        if (presence.info() != null) {
            details.set("info", presence.info().tree());
        }
        return Json.of(details).toString();
    }

    static Entry parse(String text) {
        int channel = text.indexOf('|');
        int connection = text.indexOf('|', channel + 1);
        int instance = text.indexOf('|', connection + 1);
        JsonNode details = Json.parse(text.substring(instance + 1)).tree();
        JsonNode info = details.get("info");
        Presence presence = new Presence(
                text.substring(channel + 1, connection),
                details.path("subject").asText(),
                details.path("since").asLong(),
                info == null ? null : Json.of(info));
        return new Entry(Keys.parseMember(text.substring(0, channel)), text.substring(0, connection + 1), presence);
    }
}
