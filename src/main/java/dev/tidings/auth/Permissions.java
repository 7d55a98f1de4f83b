package dev.tidings.auth;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may do.
 *
 * @param granted any of these suffices
 */
public record Permissions(List<Permission> granted) {
    public static final Permissions NONE = new Permissions(List.of());

    public Permissions {
        granted = List.copyOf(granted);
    }

    public boolean allows(Verb verb, Channel channel) {
        return allows(verb, ChannelPattern.exactly(channel));
    }

    /** True when the verb is allowed in every channel the pattern matches. */
    public boolean allows(Verb verb, ChannelPattern channels) {
        return because(verb, channels) != null;
    }

    /** True when the verb is allowed in everything that the tenant has. */
    public boolean allowsEverywhere(Verb verb) {
        return granted.stream().anyMatch(each -> each.where() == null && (each.verb() == null || each.verb() == verb));
    }

    /** The permission that allows it, or null when none does. */
    public @Nullable Permission because(Verb verb, ChannelPattern channels) {
        for (Permission permission : granted) {
            if (permission.allows(verb, channels)) {
                return permission;
            }
        }
        return null;
    }
}
