package dev.tidings.socketio;

import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;

/** Reads what a client posts, and no more of it than is allowed. Used on the request's loop only. */
final class PostedBody {
    private final int limit;
    private final Listener listener;
    private final Buffer bytes = Buffer.buffer();
    private boolean over;

    /** Hears once how it went. */
    interface Listener {
        void read(String text);

        /** It is longer than allowed, or not UTF-8. */
        void refused(EngineError why);

        /** The client has gone. */
        void broken();
    }

    private PostedBody(int limit, Listener listener) {
        this.limit = limit;
        this.listener = listener;
    }

    static void read(HttpServerRequest request, int limit, Listener listener) {
        PostedBody body = new PostedBody(limit, listener);
        request.handler(body::take);
        request.endHandler(end -> body.ended());
        request.exceptionHandler(failure -> body.end(listener::broken));
        request.resume();
    }

    private void take(Buffer chunk) {
        if (over) {
            return;
        }
        if (bytes.length() + (long) chunk.length() > limit) {
            end(() -> listener.refused(EngineError.TOO_LARGE));
        } else {
            bytes.appendBuffer(chunk);
        }
    }

    private void ended() {
        byte[] whole = bytes.getBytes();
        try {
            Json.requireUtf8(whole);
        } catch (Invalid malformed) {
            end(() -> listener.refused(EngineError.BAD_REQUEST));
            return;
        }
        end(() -> listener.read(new String(whole, StandardCharsets.UTF_8)));
    }

    private void end(Runnable how) {
        if (!over) {
            over = true;
            how.run();
        }
    }
}
