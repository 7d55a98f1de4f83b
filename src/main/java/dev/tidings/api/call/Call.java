package dev.tidings.api.call;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.protocol.ErrorCode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A call that was let in: who makes it, and what with.
 *
 * @param caller whose token came with it
 * @param query its parameters, all of them known
 * @param context the request as it came
 */
public record Call(Caller caller, Query query, RoutingContext context) {
    /** The longest body of any call but a stream. */
    public static final long MAX_BODY = 16 << 20;

    private static final String CALLER = Caller.class.getName();

    /** Whom a request comes from, for the log. */
    public static String subjectOf(RoutingContext context) {
        Caller caller = context.get(CALLER);
        if (caller == null) {
            return "nobody known";
        }
        return (caller.isAnonymous() ? "anybody" : caller.subject()) + '@' + caller.tenant();
    }

    /** Notes who makes a request. */
    static void note(RoutingContext context, Caller caller) {
        context.put(CALLER, caller);
    }

    /**
     * The call that a request makes.
     *
     * @param parameters names of the query parameters that it may have
     * @throws Refused when nobody has found out who calls
     */
    public static Call of(RoutingContext context, String... parameters) {
        Caller caller = context.get(CALLER);
        if (caller == null) {
            throw new Refused(ErrorCode.UNAUTHENTICATED, "send a token: Authorization: Bearer and the token");
        }
        return new Call(caller, Query.parse(context.request().query(), List.of(parameters)), context);
    }

    /** The channel of that name, if the caller may do this there. */
    public ChannelKey permitted(Verb verb, String channel) {
        Channel parsed = new Channel(channel);
        require(caller, verb, parsed);
        return new ChannelKey(caller.tenant(), parsed);
    }

    /** @throws Refused when the caller may not do this there */
    public static void require(Caller caller, Verb verb, Channel channel) {
        if (!caller.permissions().allows(verb, ChannelPattern.exactly(channel))) {
            throw new Refused(ErrorCode.FORBIDDEN, "the token does not permit " + verb.text() + ':' + channel.name());
        }
    }

    /** @throws Refused when the caller is no operator of its tenant */
    public void requireOperator() {
        if (!caller.permissions().allowsEverywhere(Verb.ADMIN)) {
            throw new Refused(ErrorCode.FORBIDDEN, "the token does not permit admin:*");
        }
    }

    /** What the call is known by, in its answer and in the log. */
    public String id() {
        return String.valueOf(context.response().headers().get(RequestId.HEADER));
    }

    /** Whom the call comes from, for the log. */
    public String from() {
        return subjectOf(context);
    }

    /** All values of a header as one list; null when it is absent. */
    public @Nullable String header(String name) {
        List<String> lines = context.request().headers().getAll(name);
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    /**
     * The body. Fails with {@link Refused} when it is longer than the limit.
     *
     * @param types media types, one of which it must be of
     * @throws Refused when it is of another
     */
    public CompletionStage<byte[]> body(long limit, String... types) {
        requireType(types);
        return Body.read(context.request(), limit);
    }

    /** @throws Refused when the call says that its body is longer than that of any call may be */
    public void requireBoundedBody() {
        Body.requireBounded(context.request());
    }

    /** @throws Refused when the body is not of one of these media types */
    public void requireType(String... types) {
        Body.requireType(context.request(), List.of(types));
    }

    /** Throws a body away that a call has no use for, so that its connection is read on. */
    public static void discardBody(HttpServerRequest request) {
        Body.discard(request);
    }

    /** Lets the caller send a body that somebody reads piece by piece. */
    public static void allowBody(HttpServerRequest request) {
        Body.allow(request);
    }
}
