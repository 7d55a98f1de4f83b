package dev.tidings.stream;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import dev.tidings.api.call.Query;
import dev.tidings.api.call.Refused;
import dev.tidings.api.event.EventsQuery;
import dev.tidings.auth.Verb;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Drain;
import dev.tidings.connection.Services;
import dev.tidings.connection.Sweeps;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.hub.Hub;
import dev.tidings.hub.Subscriptions;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.Since;
import dev.tidings.protocol.ClientMessage.Wish;
import dev.tidings.protocol.ErrorCode;
import io.netty.channel.EventLoop;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the calls that ask for a channel's events as they come, before the resource that answers from history gets them. */
@Singleton
class LiveCalls {
    /** After the gate, and before the bounds that hold for all other calls. */
    private static final int PRIORITY = 225;

    private static final Pattern PATH = Pattern.compile("/api/v1/channels/(.+)/events/?");
    private static final Pattern WAITS = Pattern.compile("(?:^|&)wait_ms(?:[=&]|$)");
    private static final String[] PARAMETERS = {
        "since_offset", "epoch", "since_timestamp", "limit", "reverse", "event", "wait_ms"
    };
    private static final List<String> NOT_OF_STREAMS = List.of("limit", "reverse", "wait_ms");
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final long MAX_WAIT_MS = 60_000;

    private final Instance<Services> services;
    private final Instance<Hub> hub;
    private final Sweeps sweeps;
    private final Drain drain;
    private final long queueBytes;
    private final Map<EventLoop, StreamLoop> loops = new ConcurrentHashMap<>();

    /** @param services made when the settings are known to work, and filters are registered before that */
    LiveCalls(Instance<Services> services, Instance<Hub> hub, Sweeps sweeps, Drain drain, LimitsConfig limits) {
        this.services = services;
        this.hub = hub;
        this.sweeps = sweeps;
        this.drain = drain;
        this.queueBytes = limits.queueSize().asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpMethod method = request.method();
        Matcher path = PATH.matcher(String.valueOf(request.path()));
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (!reads || !path.matches()) {
            context.next();
            return;
        }
        String channel = path.group(1);
        if (MediaTypes.isPreferred(request, MediaTypes.EVENT_STREAM, MediaTypes.JSON)) {
            Problem.passes(context, () -> stream(Call.of(context, PARAMETERS), decoded(channel)));
        } else if (request.query() != null && WAITS.matcher(request.query()).find()) {
            Problem.passes(context, () -> poll(Call.of(context, PARAMETERS), decoded(channel)));
        } else {
            context.next();
        }
    }

    private static String decoded(String channel) {
        return Query.decodePercent(channel, "the path");
    }

    private void stream(Call call, String name) {
        ChannelKey key = call.permitted(Verb.SUBSCRIBE, name);
        for (String parameter : NOT_OF_STREAMS) {
            if (call.query().has(parameter)) {
                throw new Invalid(Invalid.What.MESSAGE, parameter + " does not go with " + MediaTypes.EVENT_STREAM);
            }
        }
        Since since = since(call);
        Filter filter = new Filter(EventsQuery.of(call.query()).events(), null);
        HttpServerRequest request = call.context().request();
        refuseWhenLeaving();
        if (request.method().equals(HttpMethod.HEAD)) {
            var unused = LiveStream.prepare(request.response()).end();
            return;
        }
        Seat seat = Seat.take(services.get(), ConnectionKind.SSE, call.caller());
        Call.discardBody(request);
        label();
        Subscriptions.Request wanted = new Subscriptions.Request(
                ChannelPattern.exactly(key.channel()),
                filter,
                since,
                since instanceof Since.Now ? Wish.NO : Wish.UNSAID,
                false);
        new LiveStream(call, services.get(), loop(), seat, wanted, queueBytes).begin();
    }

    /** A browser that connects again asks as it did at first, and says besides what it has got meanwhile. */
    private static Since since(Call call) {
        Since asked = EventsQuery.of(call.query()).since();
        String lastEventId = call.header(LAST_EVENT_ID);
        if (lastEventId != null && !lastEventId.isEmpty()) {
            return new Since.After(place(lastEventId));
        }
        return asked instanceof Since.Beginning ? new Since.Now() : asked;
    }

    private static Position place(String id) {
        int colon = id.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new Position(id.substring(0, colon), Long.parseLong(id.substring(colon + 1)));
            }
        } catch (NumberFormatException | Invalid e) {
            // Told below, like an id without a colon.
        }
        throw new Invalid(
                Invalid.What.MESSAGE,
                LAST_EVENT_ID + ": found \"" + Query.shown(id)
                        + "\", allowed is an id as the stream gave it, epoch:offset");
    }

    private void poll(Call call, String name) {
        ChannelKey key = call.permitted(Verb.SUBSCRIBE, name);
        EventsQuery query = EventsQuery.of(call.query());
        long waitMs = call.query().number("wait_ms", 0, MAX_WAIT_MS, 0);
        if (call.query().has("reverse")) {
            throw new Invalid(Invalid.What.MESSAGE, "reverse does not go with wait_ms: who waits goes on forwards");
        }
        HttpServerRequest request = call.context().request();
        MediaTypes.requireAccepted(request, MediaTypes.JSON);
        refuseWhenLeaving();
        Seat seat = Seat.take(services.get(), ConnectionKind.LONG_POLL, call.caller());
        Call.discardBody(request);
        label();
        boolean waits = request.method().equals(HttpMethod.GET);
        new LongPoll(call, services.get(), loop(), seat, key, query, waits ? waitMs : 0).begin();
    }

    private void refuseWhenLeaving() {
        if (drain.isRunning()) {
            throw new Refused(ErrorCode.UNAVAILABLE, "the service is about to stop");
        }
    }

    private StreamLoop loop() {
        return loops.computeIfAbsent(
                ((ContextInternal) Objects.requireNonNull(Vertx.currentContext())).nettyEventLoop(),
                each -> new StreamLoop(each, hub.get().on(each), sweeps.on(each), new SseEncoder()));
    }

    /** Keeps what lasts long apart from other calls, and channels out of the names, where calls are measured. */
    private static void label() {
        Context context = Objects.requireNonNull(Vertx.currentContext());
        context.putLocal("UrlPathTemplate", "/api/v1/channels/{channel}/events (live)");
    }
}
