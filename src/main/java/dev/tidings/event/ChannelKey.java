package dev.tidings.event;

/**
 * A channel of one tenant: what a log, an index or a cache is keyed by. Channels of the same name in two tenants have
 * nothing in common.
 */
public record ChannelKey(String tenant, Channel channel) {
    /** The tenant of callers whose token names none. */
    public static final String DEFAULT_TENANT = "default";

    @Override
    public String toString() {
        return tenant + '/' + channel;
    }
}
