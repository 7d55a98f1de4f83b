package dev.tidings.socketio;

import io.vertx.core.http.HttpServerResponse;

/** Why a request is refused, in the numbers of Engine.IO. */
enum EngineError {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SESSION(400, 1, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN(403, 4, "Forbidden"),
    UNSUPPORTED_VERSION(400, 5, "Unsupported protocol version"),
    TOO_LARGE(413, 3, "The body is longer than a message may be"),
    TOO_MANY(503, 3, "The server has as many connections as it takes"),
    TOO_MANY_STRANGERS(503, 3, "The server has as many who have not been let in yet as it takes"),
    TOO_MANY_OF_ADDRESS(503, 3, "The server has as many from this address who have not been let in yet as it takes"),
    LEAVING(503, 3, "The service is about to stop");

    private final int status;
    private final int number;
    private final String message;

    EngineError(int status, int number, String message) {
        this.status = status;
        this.number = number;
        this.message = message;
    }

    String message() {
        return message;
    }

    /** Answers a request with it; on the request's loop. */
    void answer(HttpServerResponse response) {
        if (status == 503) {
            response.putHeader("Retry-After", "1");
        }
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        var unused = response.end("{\"code\":" + number + ",\"message\":\"" + message + "\"}");
    }
}
