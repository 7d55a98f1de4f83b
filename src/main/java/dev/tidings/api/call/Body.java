package dev.tidings.api.call;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads a request's body on its event loop, and no more of it than is allowed. */
final class Body {
    /** What is still taken, and thrown away, of a body that is too large, so that its sender gets to read why. */
    private static final long PATIENCE_BYTES = Call.MAX_BODY;

    private final HttpServerRequest request;
    private final long limit;
    private final Buffer bytes = Buffer.buffer();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private long thrownAway;

    private Body(HttpServerRequest request, long limit) {
        this.request = request;
        this.limit = limit;
    }

    /** Fails with {@link Refused} when the body is longer than the limit. */
    static CompletionStage<byte[]> read(HttpServerRequest request, long limit) {
        Body body = new Body(request, limit);
        request.handler(body::take);
        request.endHandler(end -> body.whole.complete(body.bytes.getBytes()));
        request.exceptionHandler(failure -> body.whole.completeExceptionally(new IOException("the caller has gone")));
        allow(request);
        return body.whole;
    }

    /** Lets the caller send, who may have asked first. */
    static void allow(HttpServerRequest request) {
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    /** Throws a body away that nobody wants, so that the answer and further calls get through. */
    static void discard(HttpServerRequest request) {
        if (!request.isEnded() && request.getHeader("Expect") == null) {
            request.handler(new Body(request, -1)::take);
            request.resume();
        }
    }

    /** @throws Refused when the request says that its body is longer than that of any call may be */
    static void requireBounded(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        // Longer numbers are larger than allowed whatever their digits; the server has refused what is no number.
        if (length != null && (length.length() > 15 || Long.parseLong(length) > Call.MAX_BODY)) {
            throw tooLarge(Call.MAX_BODY);
        }
    }

    /** @throws Refused when the request's type is not one of these */
    static void requireType(HttpServerRequest request, List<String> types) {
        String type = request.getHeader("Content-Type");
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("Content-Encoding: found \"" + Query.shown(encoding) + "\", allowed is identity", types);
        }
        if (type == null) {
            return;
        }
        if (!types.contains(MediaTypes.essence(type))) {
            throw unsupported(
                    "Content-Type: found \"" + Query.shown(type) + "\", allowed is " + String.join(" or ", types),
                    types);
        }
        if (!MediaTypes.isUtf8(type)) {
            throw unsupported("Content-Type: JSON is UTF-8, found \"" + Query.shown(type) + '"', types);
        }
    }

    private void take(Buffer chunk) {
        if (bytes.length() + (long) chunk.length() <= limit) {
            bytes.appendBuffer(chunk);
            return;
        }
        whole.completeExceptionally(tooLarge(limit));
        thrownAway += chunk.length();
        if (thrownAway > PATIENCE_BYTES) {
            request.connection().close();
        }
    }

    static Refused tooLarge(long limit) {
        return new Refused(ErrorCode.MESSAGE_TOO_LARGE, "the body has more than " + limit + " bytes");
    }

    private static Refused unsupported(String message, List<String> types) {
        return new Refused(
                415,
                new Refusal(ErrorCode.INVALID_MESSAGE, message),
                Map.of("Accept", String.join(", ", types), "Accept-Encoding", "identity"));
    }
}
