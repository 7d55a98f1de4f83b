package dev.tidings.presence;

import dev.tidings.event.Channel;

/** In which channels connections may be present at all. */
@FunctionalInterface
public interface PresencePolicy {
    /** True when the channels of this namespace have presence. */
    boolean isOn(String namespace);

    /** What somebody is told who wants to be present, or to know who is, where nobody can be. */
    static String refusal(Channel channel) {
        return "the namespace " + channel.namespace() + " has no presence";
    }
}
