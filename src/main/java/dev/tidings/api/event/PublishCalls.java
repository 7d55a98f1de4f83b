package dev.tidings.api.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import dev.tidings.event.Json;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishing one event: takes these calls before the framework's REST layer, which would cost more than everything else
 * together. What it does not take, such as a channel whose name is encoded, {@link ChannelEventsResource} answers, with the same
 * bytes.
 */
@Singleton
class PublishCalls {
    /** After the gate, and before the bounds that hold for all other calls. */
    private static final int PRIORITY = 225;

    private static final String BEFORE = "/api/v1/channels/";
    private static final String BEHIND = "/events";

    private final Publishing publishing;
    private final boolean fastPath;

    PublishCalls(Publishing publishing, @ConfigProperty(name = "tidings.fast-path") boolean fastPath) {
        this.publishing = publishing;
        this.fastPath = fastPath;
    }

    void register(@Observes Filters filters) {
        if (fastPath) {
            filters.register(this::handle, PRIORITY);
        }
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = String.valueOf(request.path());
        if (request.method().equals(HttpMethod.POST) && namesChannel(path)) {
            String channel = path.substring(BEFORE.length(), path.length() - BEHIND.length());
            Problem.passes(context, () -> publish(context, channel));
        } else {
            context.next();
        }
    }

    /** Whether the path is that of a channel's events, and says its name as it is. */
    private static boolean namesChannel(String path) {
        int end = path.length() - BEHIND.length();
        if (end <= BEFORE.length() || !path.startsWith(BEFORE) || !path.endsWith(BEHIND)) {
            return false;
        }
        for (int i = BEFORE.length(); i < end; i++) {
            char c = path.charAt(i);
            boolean letterOrDigit = c < 128 && Character.isLetterOrDigit(c);
            if (!letterOrDigit && "-_:".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private void publish(RoutingContext context, String channel) {
        Call call = Call.of(context);
        call.requireBoundedBody();
        MediaTypes.requireAccepted(context.request(), MediaTypes.JSON);
        ContextInternal loop = Objects.requireNonNull(ContextInternal.current());
        // For the metric of HTTP calls, which the framework's REST layer tells otherwise.
        ((Context) loop).putLocal("UrlPathTemplate", "/api/v1/channels/{channel}/events");
        var unused = publishing.publish(call, channel, EventBody::read).whenComplete((answer, failure) -> {
            if (loop.nettyEventLoop().inEventLoop()) {
                answer(context, answer, failure);
            } else {
                loop.runOnContext(nothing -> answer(context, answer, failure));
            }
        });
    }

    private static void answer(RoutingContext context, Publishing.Answer answer, Throwable failure) {
        if (failure != null) {
            Problem.answer(context, failure);
            return;
        }
        try {
            byte[] json = Json.MAPPER.writeValueAsBytes(answer.published());
            // It may be that the caller has gone.
            var unused = context.response()
                    .setStatusCode(answer.status())
                    .putHeader("Content-Type", "application/json;charset=UTF-8")
                    .end(Buffer.buffer(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
