package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.api.call.Call;
import dev.tidings.auth.Caller;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One query or mutation by {@code POST}. Used on the request's loop only. */
final class HttpCall {
    private static final Refusal BY_SOCKET = new Refusal(
            ErrorCode.INVALID_MESSAGE,
            "subscriptions are had at this address by WebSocket, with the sub-protocol graphql-transport-ws");

    private final Engine engine;
    private final Caller caller;
    private final HttpAnswer answer;
    private final Buffer body = Buffer.buffer();
    private boolean over;

    HttpCall(Engine engine, Caller caller, HttpAnswer answer) {
        this.engine = engine;
        this.caller = caller;
        this.answer = answer;
    }

    /** @param limit how many bytes the body may have */
    void read(HttpServerRequest request, int limit) {
        request.exceptionHandler(gone -> over = true);
        request.endHandler(end -> {
            if (!over) {
                carryOut();
            }
        });
        request.handler(chunk -> {
            if (over) {
                return;
            }
            body.appendBuffer(chunk);
            if (body.length() > limit) {
                over = true;
                answer.refuse(
                        413, new Refusal(ErrorCode.MESSAGE_TOO_LARGE, "the body has more than " + limit + " bytes"));
            }
        });
        Call.allowBody(request);
    }

    private void carryOut() {
        GraphQlRequest request;
        try {
            request = GraphQlRequest.read(Json.parse(body.getBytes()).tree());
        } catch (Invalid invalid) {
            answer.refuse(400, Refusal.of(invalid));
            return;
        }
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        var unused = engine.prepare(request)
                .thenCompose(this::result)
                .whenComplete((result, failure) -> loop.runOnContext(done -> {
                    if (failure == null) {
                        answer.result(result);
                    } else {
                        answer.refuse(500, Failures.refusal(failure));
                    }
                }));
    }

    private CompletionStage<ObjectNode> result(Prepared prepared) {
        return switch (prepared) {
            case Prepared.Call call -> engine.execute(call, caller);
            case Prepared.Wrong(List<ObjectNode> errors) -> CompletableFuture.completedStage(HttpAnswer.errors(errors));
            case Prepared.Stream stream ->
                CompletableFuture.completedStage(HttpAnswer.errors(List.of(Errors.of(BY_SOCKET))));
        };
    }
}
