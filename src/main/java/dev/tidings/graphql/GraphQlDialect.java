package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.connection.Closing;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Conversation;
import dev.tidings.connection.Dialect;
import dev.tidings.connection.Said;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one client says and hears by {@code graphql-transport-ws}. */
final class GraphQlDialect implements Dialect {
    /** Of a close frame, in characters that all take one byte. */
    private static final int MAX_REASON = 120;

    private static final String BEARER = "bearer ";

    /** Each operation has a form of its own. */
    private static final EventForm NONE = new EventForm() {
        @Override
        protected byte @Nullable [] encode(Event event) {
            return null;
        }
    };

    private final Engine engine;
    private final @Nullable Caller early;
    private final int maxOperations;
    private final Map<String, Operation> operations = new HashMap<>(0);
    private boolean initialised;
    private boolean acknowledged;

    /** Why the token was refused. */
    private String refused = "Forbidden";

    /** @param early who the client is by its handshake, or because it needs no token; null when that is not known */
    GraphQlDialect(Engine engine, @Nullable Caller early, int maxOperations) {
        this.engine = engine;
        this.early = early;
        this.maxOperations = maxOperations;
    }

    @Override
    public ConnectionKind kind() {
        return ConnectionKind.GRAPHQL;
    }

    @Override
    public EventForm events() {
        return NONE;
    }

    @Override
    public Said read(String text) {
        SocketMessage message;
        try {
            message = SocketMessage.read(text);
        } catch (Invalid invalid) {
            String why = String.valueOf(invalid.getMessage());
            return new Said("bad", null, client -> client.end(closing(4400, why)));
        }
        return switch (message) {
            case SocketMessage.Init(JsonNode payload) ->
                new Said("connection_init", null, client -> init(payload, client));
            case SocketMessage.Ping(JsonNode payload) ->
                new Said("ping", null, client -> client.tell(SocketWords.pong(payload)));
            case SocketMessage.Pong pong -> new Said("pong", null, client -> {});
            case SocketMessage.Subscribe(String id, GraphQlRequest request) ->
                new Said("subscribe", id, client -> begin(id, request, client));
            case SocketMessage.Complete(String id) ->
                new Said("complete", null, client -> {
                    operations.remove(id);
                    client.unfollow(id);
                });
        };
    }

    private void init(JsonNode payload, Conversation client) {
        if (initialised) {
            client.end(closing(4429, "Too many initialisation requests"));
            return;
        }
        initialised = true;
        JsonNode token = token(payload);
        if (token.isTextual()) {
            client.handle(new ClientMessage.Authenticate(null, bare(token.textValue())));
        } else if (!token.isMissingNode() && !token.isNull()) {
            client.end(closing(4400, "a token is a string"));
        } else if (early != null) {
            client.letIn(early, null);
        } else {
            client.end(closing(4403, "Forbidden: connection_init has no token in its payload"));
        }
    }

    /** Where clients put it: they have no common name for it. */
    private static JsonNode token(JsonNode payload) {
        for (String name : List.of("token", "Authorization", "authorization")) {
            if (payload.has(name)) {
                return payload.get(name);
            }
        }
        return payload.path("token");
    }

    private static String bare(String token) {
        return token.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? token.substring(BEARER.length()).trim()
                : token;
    }

    private void begin(String id, GraphQlRequest request, Conversation client) {
        Caller caller = client.caller();
        if (caller == null || !acknowledged) {
            client.end(closing(4401, "Unauthorized"));
        } else if (operations.containsKey(id)) {
            client.end(closing(4409, "Subscriber for " + id + " already exists"));
        } else if (operations.size() >= maxOperations) {
            String why = "a connection has at most " + maxOperations + " operations at a time";
            client.tell(SocketWords.error(id, List.of(Errors.of(new Refusal(ErrorCode.TOO_MANY_SUBSCRIPTIONS, why)))));
        } else {
            Operation operation = new Operation(id);
            operations.put(id, operation);
            later(id, operation, engine.prepare(request), client, prepared -> {
                switch (prepared) {
                    case Prepared.Wrong(List<ObjectNode> errors) -> fail(id, errors, client);
                    case Prepared.Stream stream -> follow(id, operation, stream, client);
                    case Prepared.Call call ->
                        later(
                                id,
                                operation,
                                engine.execute(call, caller),
                                client,
                                result -> answer(id, result, client));
                }
            });
        }
    }

    /** Goes on when something is known, on the loop, unless the client has ended the operation meanwhile. */
    private <T> void later(
            String id, Operation operation, CompletionStage<T> stage, Conversation client, Consumer<T> next) {
        var unused = stage.whenComplete((result, failure) -> client.loop().execute(() -> {
            if (!operation.equals(operations.get(id))) {
                return;
            }
            if (failure != null) {
                fail(id, List.of(Errors.of(Failures.refusal(failure))), client);
            } else {
                next.accept(result);
            }
        }));
    }

    private static void follow(String id, Operation operation, Prepared.Stream stream, Conversation client) {
        operation.becomes(stream.words());
        ClientMessage.Subscribe asked = stream.request();
        client.follow(
                new ClientMessage.Subscribe(
                        id, asked.target(), asked.filter(), asked.since(), asked.state(), false, null, false),
                operation::words);
    }

    private void answer(String id, ObjectNode result, Conversation client) {
        operations.remove(id);
        client.tell(SocketWords.next(id, result));
        client.tell(SocketWords.complete(id));
    }

    private void fail(String id, List<ObjectNode> errors, Conversation client) {
        operations.remove(id);
        client.tell(SocketWords.error(id, errors));
    }

    @Override
    public void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation client) {
        if (message instanceof ServerMessage.Authenticated authenticated) {
            acknowledged = true;
            client.tell(SocketWords.ack(JsonNodeFactory.instance
                    .objectNode()
                    .put("connection", client.id())
                    .put("subject", authenticated.subject())
                    .put("tenant", authenticated.tenant())
                    .put("expiresAt", authenticated.expiresAt())));
        } else if (message instanceof ServerMessage.Refused(String channel, Refusal refusal)) {
            refused(id, refusal, client);
        } else if (id != null) {
            Operation operation = operations.get(id);
            Frames words = operation == null ? null : operation.words(message);
            if (words != null) {
                client.tell(words);
            }
        }
    }

    private void refused(@Nullable String id, Refusal refusal, Conversation client) {
        if (id != null) {
            fail(id, List.of(Errors.of(refusal)), client);
            return;
        }
        switch (refusal.code()) {
            // The end follows, and says so.
            case UNAUTHENTICATED -> refused = "Forbidden: " + refusal.message();
            case MESSAGE_TOO_LARGE -> {}
            // What is not done cannot be told: there are no words for it.
            case RATE_LIMITED -> client.end(closing(CloseCode.RATE_LIMITED, refusal.message()));
            case INTERNAL -> client.end(closing(4500, "Internal server error"));
            default -> client.end(closing(4400, refusal.message()));
        }
    }

    /** The protocol has codes of its own for some of what happens; what it has none for must not look like these. */
    @Override
    public Closing closing(CloseCode code, String reason) {
        return switch (code) {
            case UNAUTHENTICATED -> {
                if (!initialised) {
                    yield new Closing(code, 4408, "Connection initialisation timeout");
                }
                yield new Closing(code, 4403, shown(acknowledged ? reason : refused));
            }
            case SLOW_CONSUMER, TOO_MANY_CONNECTIONS, RATE_LIMITED -> new Closing(code, 1013, shown(reason));
            default -> new Closing(code, code.code(), shown(reason));
        };
    }

    private static Closing closing(int status, String reason) {
        return new Closing(CloseCode.INVALID, status, shown(reason));
    }

    private static String shown(String reason) {
        String shown = reason.replaceAll("[^ -~]", "?");
        return shown.length() <= MAX_REASON ? shown : shown.substring(0, MAX_REASON);
    }
}
