package dev.tidings.auth;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of a token's permissions, such as {@code subscribe:agent:*}.
 *
 * @param verb what may be done; null for everything
 * @param where the channels it may be done in; null for all of the tenant
 */
public record Permission(@Nullable Verb verb, @Nullable ChannelPattern where) {
    /** @throws Invalid when the text is not {@code verb:channel-or-pattern} */
    public static Permission parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new Invalid(
                    Invalid.What.MESSAGE, "a permission is verb:channel-or-pattern, such as subscribe:agent:*");
        }
        String verb = text.substring(0, colon);
        String where = text.substring(colon + 1);
        return new Permission(
                verb.equals("*") ? null : verb(verb), where.equals("*") ? null : new ChannelPattern(where));
    }

    private static Verb verb(String text) {
        for (Verb verb : Verb.values()) {
            if (verb.text().equals(text)) {
                return verb;
            }
        }
        throw new Invalid(
                Invalid.What.MESSAGE,
                "a permission's verb is one of subscribe publish history presence command handle admin or *");
    }

    boolean allows(Verb wanted, ChannelPattern channels) {
        return (verb == null || verb == wanted) && (where == null || where.covers(channels));
    }

    @Override
    public String toString() {
        return (verb == null ? "*" : verb.name().toLowerCase(Locale.ROOT)) + ':' + (where == null ? "*" : where.text());
    }
}
