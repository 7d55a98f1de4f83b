package dev.tidings.auth;

import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import java.util.Set;

/**
 * A permission as it is written in tokens and in the configuration, where <code>{sub}</code> in the id of a channel stands
 * for the token's subject.
 */
final class PermissionTemplate {
    private static final String SUBJECT = "{sub}";

    private PermissionTemplate() {}

    /** @throws Invalid when the text is no permission, whatever the subject */
    static void check(String text) {
        int id = text.indexOf(':', text.indexOf(':') + 1);
        int subject = text.indexOf(SUBJECT);
        if (subject >= 0 && (id < 0 || subject < id)) {
            throw new Invalid(Invalid.What.MESSAGE, SUBJECT + " stands in a channel's id, as in subscribe:user:{sub}");
        }
        var unused = Permission.parse(text.replace(SUBJECT, "x"));
    }

    /**
     * Adds the permission for a subject, unless the subject cannot be part of a channel's id: a subject such as {@code *}
     * must not make a pattern of a name.
     *
     * @throws Invalid when the text is no permission, whatever the subject
     */
    static void grant(String text, String subject, Set<Permission> granted) {
        check(text);
        if (!text.contains(SUBJECT)) {
            granted.add(Permission.parse(text));
        } else if (isId(subject)) {
            try {
                granted.add(Permission.parse(text.replace(SUBJECT, subject)));
            } catch (Invalid e) {
                // Too long for a channel with this subject in it: nothing could be done there anyway.
            }
        }
    }

    private static boolean isId(String subject) {
        try {
            return !Channel.of("user", subject).id().isEmpty();
        } catch (Invalid e) {
            return false;
        }
    }
}
