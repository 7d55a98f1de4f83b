package dev.tidings.auth;

import dev.tidings.event.Invalid;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a subject may do: what its token says, what its roles bring by configuration, and what everybody may. */
@ApplicationScoped
public class Grants {
    private static final List<String> ALWAYS =
            List.of("subscribe:user:{sub}", "history:user:{sub}", "subscribe:system");

    private final Map<String, List<String>> roles;

    Grants(AuthConfig config) {
        this.roles = config.roles();
    }

    /** @throws IllegalStateException naming the key of a permission that is none */
    void checkConfiguration() {
        roles.forEach((role, permissions) -> check("tidings.auth.roles." + role, permissions));
    }

    static void check(String key, List<String> permissions) {
        for (String permission : permissions) {
            try {
                PermissionTemplate.check(permission);
            } catch (Invalid e) {
                throw new IllegalStateException(key + " has " + quoted(permission) + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * All that a subject with these may do.
     *
     * @param claimed permissions as a token lists them
     * @param groups roles; those that are not configured bring nothing
     * @throws Invalid naming a claimed permission that is none
     */
    public Permissions of(String subject, Collection<String> claimed, Collection<String> groups) {
        Set<Permission> granted = new LinkedHashSet<>();
        for (String text : claimed) {
            try {
                PermissionTemplate.grant(text, subject, granted);
            } catch (Invalid e) {
                throw new Invalid(Invalid.What.MESSAGE, quoted(text) + ": " + e.getMessage());
            }
        }
        for (String role : new TreeSet<>(groups)) {
            for (String text : roles.getOrDefault(role, List.of())) {
                PermissionTemplate.grant(text, subject, granted);
            }
        }
        ALWAYS.forEach(text -> PermissionTemplate.grant(text, subject, granted));
        return new Permissions(List.copyOf(granted));
    }

    static String quoted(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
