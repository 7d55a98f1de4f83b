package dev.tidings.command.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook is, and how it is asked. All of it is configured: no client has a say in it.
 *
 * @param url http or https
 * @param secret what the signature is made with; null for none
 * @param headers to send besides; may hold secrets
 * @param timeout how long it may take
 * @param maxSize the largest answer taken, in bytes
 */
public record WebhookTarget(
        URI url, @Nullable String secret, Map<String, String> headers, Duration timeout, int maxSize) {
    /** Says nothing: it may hold secrets. */
    @Override
    public String toString() {
        return "a webhook";
    }
}
