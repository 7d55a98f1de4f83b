package dev.tidings.socketio;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;

/** A request that waits for something to tell its client. It lives on its own loop, and is answered there. */
final class Poll {
    private final Context context;
    private final HttpServerResponse response;

    /** @param context of the request */
    Poll(Context context, HttpServerResponse response) {
        this.context = context;
        this.response = response;
    }

    /**
     * Answers. Safe on any thread.
     *
     * @param done hears, on the request's loop, whether the answer was sent
     */
    void answer(Buffer payload, Consumer<Boolean> done) {
        context.runOnContext(now -> {
            if (response.closed()) {
                done.accept(false);
            } else {
                response.putHeader("Content-Type", "text/plain; charset=UTF-8")
                        .end(payload)
                        .onComplete(sent -> done.accept(sent.succeeded()));
            }
        });
    }

    /** Answers that the request was not to be made. Safe on any thread. */
    void refuse() {
        context.runOnContext(now -> {
            if (!response.closed()) {
                EngineError.BAD_REQUEST.answer(response);
            }
        });
    }
}
