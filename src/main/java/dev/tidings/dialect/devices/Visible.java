package dev.tidings.dialect.devices;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Permission;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which devices a caller may see. */
final class Visible {
    static final String NAMESPACE = "device";
    private static final ChannelPattern ALL = new ChannelPattern(NAMESPACE + ":*");

    private Visible() {}

    /** Channels and patterns, none of which is in another; empty when there is nothing that the caller may see. */
    static List<ChannelPattern> to(@Nullable Caller caller) {
        List<ChannelPattern> visible = new ArrayList<>();
        if (caller == null) {
            return visible;
        }
        for (Permission granted : caller.permissions().granted()) {
            ChannelPattern where = granted.where() == null ? ALL : granted.where();
            if (granted.verb() != null && granted.verb() != Verb.SUBSCRIBE) {
                continue;
            }
            ChannelPattern devices = where.covers(ALL) ? ALL : where;
            if (ALL.covers(devices) && visible.stream().noneMatch(other -> other.covers(devices))) {
                visible.removeIf(devices::covers);
                visible.add(devices);
            }
        }
        return visible;
    }
}
