package dev.tidings.graphql;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.connection.Services;
import dev.tidings.connection.StateReading;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What queries and mutations ask for. */
@Singleton
class Calls {
    /** As much as on every socket. */
    private static final int MAX_HISTORY_BYTES = 512 * 1024;

    /** Where answers are made, which may be long: the log's threads have better things to do. */
    private static final Executor ELSEWHERE = Thread::startVirtualThread;

    private final Instance<Services> services;

    /** @param services made when the settings are known to work */
    Calls(Instance<Services> services) {
        this.services = services;
    }

    /** Says where each field comes from; none is looked for by reflection. */
    RuntimeWiring.Builder wire(RuntimeWiring.Builder wiring) {
        return wiring.type(
                        "Query",
                        type -> type.defaultDataFetcher(Calls::member)
                                .dataFetchers(Map.of(
                                        "history", (DataFetcher<?>) this::history,
                                        "states", (DataFetcher<?>) this::states,
                                        "channels", (DataFetcher<?>) this::channels)))
                .type("Mutation", type -> type.dataFetcher("publish", this::publish))
                .type("Event", type -> type.defaultDataFetcher(Calls::member).dataFetcher("payload", Calls::payload))
                // Updates are made by subscriptions, which are not executed.
                .type("Update", type -> type.typeResolver(any -> any.getSchema().getObjectType(Projection.EVENT)))
                .type("State", type -> type.defaultDataFetcher(Calls::member))
                .type("ChannelState", type -> type.defaultDataFetcher(Calls::member))
                .type("History", type -> type.defaultDataFetcher(Calls::member))
                .type("ChannelList", type -> type.defaultDataFetcher(Calls::member))
                .type("Channel", type -> type.defaultDataFetcher(Calls::member))
                .type("Published", type -> type.defaultDataFetcher(Calls::member));
    }

    private static @Nullable Object member(DataFetchingEnvironment environment) {
        JsonNode object = Objects.requireNonNull(environment.getSource());
        JsonNode member = object.path(environment.getFieldDefinition().getName());
        return switch (member.getNodeType()) {
            case MISSING, NULL -> null;
            case STRING -> member.textValue();
            case NUMBER -> member.numberValue();
            case BOOLEAN -> member.booleanValue();
            default -> member;
        };
    }

    private static @Nullable Object payload(DataFetchingEnvironment environment) {
        JsonNode event = Objects.requireNonNull(environment.getSource());
        JsonPointer at;
        try {
            at = Selected.pointer(environment.getArgument("at"));
        } catch (Invalid malformed) {
            throw new CallRefused(Refusal.of(malformed));
        }
        JsonNode found = Selected.at(at, event.path("payload"));
        return found.isNull() ? null : found;
    }

    private CompletionStage<ObjectNode> history(DataFetchingEnvironment environment) {
        Caller caller = caller(environment);
        ClientMessage.History asked = new Arguments(environment.getArguments()).history();
        ChannelKey key = permitted(caller, Verb.HISTORY, asked.channel());
        return services.get()
                .log()
                .read(key, asked.range())
                .thenApplyAsync(slice -> answer(asked.range(), slice), ELSEWHERE);
    }

    private static ObjectNode answer(Range range, Slice slice) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode events = answer.putArray("events");
        int bytes = 0;
        boolean cut = slice.cut();
        for (Event event : slice.events()) {
            bytes += event.payload().size() + 200;
            if (bytes > MAX_HISTORY_BYTES && !events.isEmpty()) {
                cut = true;
                break;
            }
            events.add(Updates.event(event));
        }
        boolean reaches = slice.reach() == Slice.Reach.WHOLE
                || range.since() instanceof Since.Beginning
                || range.since() instanceof Since.Last;
        return answer.put("epoch", slice.head().newest().epoch())
                .put("offset", slice.head().newest().offset())
                .put("complete", reaches && !cut);
    }

    private CompletionStage<ArrayNode> states(DataFetchingEnvironment environment) {
        Caller caller = caller(environment);
        ChannelPattern target =
                new Arguments(environment.getArguments()).states().target();
        require(caller, Verb.SUBSCRIBE, target);
        return new StateReading(services.get().log(), caller.tenant(), target)
                .read()
                .thenApplyAsync(
                        states -> {
                            ArrayNode answer = JsonNodeFactory.instance.arrayNode();
                            states.orElseThrow(() -> new CallRefused(
                                            new Refusal(ErrorCode.MESSAGE_TOO_LARGE, StateReading.TOO_MUCH)))
                                    .forEach(each -> answer.add(Updates.state(each)));
                            return answer;
                        },
                        ELSEWHERE);
    }

    private CompletionStage<ObjectNode> channels(DataFetchingEnvironment environment) {
        return ChannelPage.of(caller(environment), environment.getArguments())
                .read(services.get().log());
    }

    private CompletionStage<ObjectNode> publish(DataFetchingEnvironment environment) {
        Caller caller = caller(environment);
        ClientMessage.Publish asked = new Arguments(environment.getArguments()).publish();
        ChannelKey key = permitted(caller, Verb.PUBLISH, asked.channel());
        return new Publishing(asked, key, services.get().clock().millis())
                .to(services.get().intake(), caller);
    }

    private static ChannelKey permitted(Caller caller, Verb verb, Channel channel) {
        require(caller, verb, ChannelPattern.exactly(channel));
        return new ChannelKey(caller.tenant(), channel);
    }

    private static void require(Caller caller, Verb verb, ChannelPattern target) {
        if (!caller.permissions().allows(verb, target)) {
            throw new CallRefused(
                    new Refusal(ErrorCode.FORBIDDEN, "the token does not permit " + verb.text() + ":" + target.text()));
        }
    }

    private static Caller caller(DataFetchingEnvironment environment) {
        return Objects.requireNonNull(environment.getGraphQlContext().get(Engine.CALLER));
    }
}
