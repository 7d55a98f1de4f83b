package dev.tidings.alert;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;

/** Which channels of the log have what is kept of alerts. They are of tenants that no token can name. */
final class Places {
    /** How far events have been evaluated. */
    static final ChannelKey MARK = new ChannelKey("_alerts", new Channel("mark"));

    static final ChannelPattern RULES = new ChannelPattern("rule:*");
    static final ChannelPattern STATES = new ChannelPattern("state:*");

    private static final String PREFIX = "_alerts.";

    private Places() {}

    /** The tenant that has what is kept of another tenant's alerts. */
    static String hidden(String tenant) {
        return PREFIX + tenant;
    }

    static boolean isHidden(String tenant) {
        return tenant.startsWith(PREFIX);
    }

    /** Whose alerts a hidden tenant has. */
    static String visible(String hidden) {
        return hidden.substring(PREFIX.length());
    }

    static ChannelKey rule(String tenant, String id) {
        return new ChannelKey(hidden(tenant), Channel.of("rule", id));
    }

    /** A name of its own for each alert, of whatever length the watched channel's name is. */
    static ChannelKey state(AlertKey key) {
        return new ChannelKey(
                hidden(key.tenant()),
                Channel.of("state", Notice.idOf("a", key.rule(), key.channel().name())));
    }

    static boolean isRule(ChannelKey place) {
        return place.channel().namespace().equals("rule");
    }
}
