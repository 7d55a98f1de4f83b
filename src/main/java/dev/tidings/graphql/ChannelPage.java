package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.log.EventLog;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Channels that a caller may see, as many as are asked for.
 *
 * @param prefix only names that begin so
 * @param after only names after this one
 * @param items found so far
 */
record ChannelPage(Caller caller, String prefix, String after, int limit, ArrayNode items) {
    private static final int MAX_LIMIT = 1000;

    /** @throws CallRefused when the limit is none */
    static ChannelPage of(Caller caller, Map<String, Object> arguments) {
        int limit = arguments.get("limit") instanceof Integer given ? given : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new CallRefused(
                    new Refusal(ErrorCode.INVALID_MESSAGE, "limit is a whole number from 1 to " + MAX_LIMIT));
        }
        return new ChannelPage(
                caller,
                text(arguments.get("prefix")),
                text(arguments.get("after")),
                limit,
                JsonNodeFactory.instance.arrayNode());
    }

    private static String text(@Nullable Object argument) {
        return argument == null ? "" : argument.toString();
    }

    CompletionStage<ObjectNode> read(EventLog log) {
        return readAfter(log, after);
    }

    private CompletionStage<ObjectNode> readAfter(EventLog log, String name) {
        return log.channels(caller.tenant(), pattern(), name, MAX_LIMIT).thenCompose(found -> {
            for (EventLog.Listing each : found) {
                if (!isWanted(each)) {
                    continue;
                }
                if (items.size() == limit) {
                    return done(items.get(limit - 1).path("channel").textValue());
                }
                items.addObject()
                        .put("channel", each.key().channel().name())
                        .put("offset", each.head().newest().offset())
                        .put("state", each.head().state() != null);
            }
            return found.size() < MAX_LIMIT
                    ? done(null)
                    : readAfter(log, found.getLast().key().channel().name());
        });
    }

    private boolean isWanted(EventLog.Listing each) {
        return each.key().channel().name().startsWith(prefix)
                && caller.permissions().allows(Verb.SUBSCRIBE, each.key().channel());
    }

    private CompletionStage<ObjectNode> done(@Nullable String next) {
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("next", next);
        return CompletableFuture.completedStage(page.set("items", items));
    }

    /** The log finds by namespace and what follows it; a prefix within a namespace is left to the page. */
    private @Nullable ChannelPattern pattern() {
        try {
            return prefix.contains(":") ? new ChannelPattern(prefix + "*") : null;
        } catch (Invalid impossible) {
            return null;
        }
    }
}
