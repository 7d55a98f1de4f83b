package dev.tidings.auth;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** What a token permits: its own list, what its roles bring, and what everybody may. */
final class Grants {
    private static final String SUBJECT = "{sub}";

    /** Subjects that can stand in a channel; any other could widen a permission, as {@code *} would. */
    private static final Pattern CHANNEL_ID = Pattern.compile("[A-Za-z0-9._~@+=/-]{1,128}");

    private final Map<String, List<String>> roles;

    Grants(Map<String, List<String>> roles) {
        this.roles = roles;
    }

    Permissions of(JsonWebToken token, String subject) throws Unauthenticated {
        List<String> texts = new ArrayList<>(strings(token.getClaim("permissions"), "permissions"));
        for (String role : strings(token.getClaim("groups"), "groups")) {
            texts.addAll(roles.getOrDefault(role, List.of()));
        }
        List<Permission> granted = new ArrayList<>();
        boolean named = CHANNEL_ID.matcher(subject).matches();
        for (String text : texts) {
            if (named || !text.contains(SUBJECT)) {
                granted.add(parse(text.replace(SUBJECT, subject)));
            }
        }
        if (named) {
            ChannelPattern own = new ChannelPattern("user:" + subject);
            granted.add(new Permission(Verb.SUBSCRIBE, own));
            granted.add(new Permission(Verb.HISTORY, own));
        }
        granted.add(new Permission(Verb.SUBSCRIBE, new ChannelPattern("system")));
        return new Permissions(granted);
    }

    private static Permission parse(String text) throws Unauthenticated {
        try {
            return Permission.parse(text);
        } catch (Invalid invalid) {
            throw new Unauthenticated("claim permissions: " + invalid.getMessage());
        }
    }

    private static List<String> strings(@Nullable Object claim, String name) throws Unauthenticated {
        List<String> strings = new ArrayList<>();
        if (claim instanceof Collection<?> list) {
            for (Object each : list) {
                strings.add(each instanceof JsonString text ? text.getString() : String.valueOf(each));
            }
        } else if (claim != null) {
            throw new Unauthenticated("claim " + name + ": a list of strings");
        }
        return strings;
    }
}
