package dev.tidings.alert;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Whom a rule tells by HTTP.
 *
 * @param url http or https
 * @param secret what the signature is made with; null for none
 */
public record RuleHook(URI url, @Nullable String secret) {
    /** Without what may be secret. */
    @Override
    public String toString() {
        return "a webhook at " + url.getHost();
    }
}
