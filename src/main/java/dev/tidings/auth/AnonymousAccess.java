package dev.tidings.auth;

import dev.tidings.auth.Caller.Origin;
import dev.tidings.event.ChannelKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What may be done without a token: what {@code tidings.auth.anonymous} lists, in the default tenant, and nothing else. */
@ApplicationScoped
public class AnonymousAccess {
    private static final Logger LOG = Logger.getLogger("dev.tidings.auth");
    private static final String KEY = "tidings.auth.anonymous";
    private static final Set<Verb> WRITING = EnumSet.of(Verb.PUBLISH, Verb.COMMAND, Verb.HANDLE);

    /** Bytes of an IPv6 address that belong to one customer of a network; the rest is theirs to make up. */
    private static final int IPV6_PREFIX = 8;

    private final List<String> listed;
    private volatile @Nullable Permissions permissions;

    AnonymousAccess(AuthConfig config) {
        this.listed = config.anonymous().orElse(List.of());
    }

    /**
     * Says so where anybody may change something, or see everything.
     *
     * @throws IllegalStateException when something listed is no permission, or nothing that can be given to anybody
     */
    void checkConfiguration() {
        Grants.check(KEY, listed);
        for (String text : listed) {
            if (text.contains("{sub}")) {
                throw impossible(text, "there is no subject without a token");
            }
            Permission permission = Permission.parse(text);
            if (permission.verb() == null || permission.verb() == Verb.ADMIN) {
                throw impossible(text, "the verbs admin and * are not to be had without a token");
            }
            if (WRITING.contains(permission.verb()) || permission.where() == null) {
                LOG.warnf("%s has %s: whoever reaches this service may do that", KEY, text);
            }
        }
    }

    private static IllegalStateException impossible(String text, String why) {
        return new IllegalStateException(KEY + " has " + Grants.quoted(text) + ": " + why);
    }

    /**
     * Whoever calls from an address without a token; empty when a token is needed for everything.
     *
     * @param address as digits; the limits of such callers are their address's
     */
    public Optional<Caller> caller(String address) {
        return listed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Caller(
                        "",
                        ChannelKey.DEFAULT_TENANT,
                        Long.MAX_VALUE,
                        permissions(),
                        null,
                        new Origin.Address(network(address))));
    }

    /** Not before the settings have been checked, which says better what is wrong with them. */
    private Permissions permissions() {
        Permissions known = permissions;
        if (known == null) {
            known = new Permissions(listed.stream().map(Permission::parse).toList());
            permissions = known;
        }
        return known;
    }

    private static String network(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == 4
                    ? InetAddress.getByAddress(bytes).getHostAddress()
                    : Arrays.toString(Arrays.copyOf(bytes, IPV6_PREFIX));
        } catch (UnknownHostException e) {
            return "?";
        }
    }
}
