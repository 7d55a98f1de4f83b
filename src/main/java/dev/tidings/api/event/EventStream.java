package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Publishing a stream of events: NDJSON in, NDJSON out, of any length. Takes these calls before the framework would read their
 * bodies, and refuse long ones.
 */
@Singleton
class EventStream {
    /** After the gate, and before the bounds that hold for all other calls. */
    private static final int PRIORITY = 225;

    private final Publishing publishing;

    EventStream(Publishing publishing) {
        this.publishing = publishing;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean stream = request.method().equals(HttpMethod.POST)
                && EventsResource.PATH.equals(request.path())
                && MediaTypes.essence(request.getHeader("Content-Type")).equals(MediaTypes.NDJSON);
        if (!stream) {
            context.next();
            return;
        }
        Problem.passes(context, () -> {
            Call call = Call.of(context);
            MediaTypes.requireAccepted(request, MediaTypes.NDJSON);
            call.requireType(MediaTypes.NDJSON);
            new Publication(call, publishing).begin();
        });
    }
}
