package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Prepares and executes what clients ask for, on threads of its own: to read a document takes longer than an event loop may be
 * held. Nothing of it is made before the first document comes; most services never get one.
 */
@Singleton
class Engine {
    static final String CALLER = "caller";

    private static final String DOCUMENT = "document";
    private static final String SCHEMA = "schema.graphqls";

    /** Documents such as clients send: what reads them is loaded with them. */
    private static final List<String> FIRST =
            List.of("{ __typename }", "subscription { updates(channel: \"system\") { __typename } }");

    private final AtomicBoolean warmed = new AtomicBoolean();
    private final Calls calls;
    private volatile @Nullable Ready ready;

    /** What is made when it is needed. */
    private record Ready(Language language, GraphQL execution) {}

    Engine(Calls calls) {
        this.calls = calls;
    }

    /** The schema in GraphQL's own language. */
    static String schema() {
        try (InputStream in = Objects.requireNonNull(Engine.class.getResourceAsStream(SCHEMA))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes ready what the first document would have to wait for, if that has not begun: when a client shows up, not at the
     * start, for it costs time and memory, and most services never get a client of GraphQL.
     */
    void warm() {
        if (warmed.compareAndSet(false, true)) {
            FIRST.forEach(document -> {
                var unused = prepare(new GraphQlRequest(document, null, JsonNodeFactory.instance.objectNode()));
            });
        }
    }

    /** Finds out what a request is. */
    CompletionStage<Prepared> prepare(GraphQlRequest request) {
        return CompletableFuture.supplyAsync(() -> ready().language().prepare(request), Thread::startVirtualThread);
    }

    /** Answers a query or mutation: a result as GraphQL has it. */
    CompletionStage<ObjectNode> execute(Prepared.Call call, Caller caller) {
        ExecutionInput input = ExecutionInput.newExecutionInput(call.request().query())
                .operationName(call.request().operation())
                .variables(Values.plainObject(call.request().variables()))
                .locale(Locale.ENGLISH)
                .graphQLContext(Map.of(CALLER, caller, DOCUMENT, call.document()))
                .build();
        return CompletableFuture.completedFuture(input)
                .thenComposeAsync(asked -> ready().execution().executeAsync(asked), Thread::startVirtualThread)
                .thenApply(Engine::result);
    }

    private static ObjectNode result(ExecutionResult result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (!result.getErrors().isEmpty()) {
            node.putArray("errors").addAll(Errors.of(result.getErrors()));
        }
        if (result.isDataPresent()) {
            node.set("data", Values.tree(result.getData()));
        }
        return node;
    }

    private Ready ready() {
        Ready known = ready;
        return known == null ? make() : known;
    }

    private synchronized Ready make() {
        Ready known = ready;
        if (known == null) {
            RuntimeWiring wiring = calls.wire(RuntimeWiring.newRuntimeWiring()
                            .scalar(Scalars.JSON)
                            .scalar(Scalars.LONG))
                    .build();
            GraphQLSchema schema =
                    new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(schema()), wiring);
            GraphQL execution = GraphQL.newGraphQL(schema)
                    .defaultDataFetcherExceptionHandler(new Failures())
                    .preparsedDocumentProvider((input, parse) -> CompletableFuture.completedFuture(
                            new PreparsedDocumentEntry(input.getGraphQLContext().<Document>get(DOCUMENT))))
                    .build();
            known = new Ready(new Language(schema), execution);
            ready = known;
        }
        return known;
    }
}
