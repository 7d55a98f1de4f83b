package dev.tidings.command.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.command.Command;
import dev.tidings.command.Handler;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import dev.tidings.source.http.BoundedBody;
import dev.tidings.source.http.Failures;
import dev.tidings.source.http.Signature;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has an HTTP server answer commands: each is a POST, whose answer is the command's.
 *
 * <p>What it says of failures does not name the address, nor anything of the answer but its status: callers are told.
 */
public final class Webhook implements Handler {
    private final String name;
    private final WebhookTarget target;
    private final HttpClient client;
    private final Clock clock;

    /** @param client one that follows no redirects: they could lead anywhere */
    public Webhook(String name, WebhookTarget target, HttpClient client, Clock clock) {
        this.name = "webhook:" + name;
        this.target = target;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
        boolean callerIsFirst = timeoutMs <= target.timeout().toMillis();
        long patienceMs = Math.min(timeoutMs, target.timeout().toMillis());
        CompletableFuture<HttpResponse<Optional<byte[]>>> response =
                client.sendAsync(request(command), BoundedBody.upTo(target.maxSize()));
        var unused = response.copy()
                .orTimeout(patienceMs, TimeUnit.MILLISECONDS)
                .whenComplete((answered, failure) -> {
                    if (answered != null) {
                        answer.accept(result(answered));
                        return;
                    }
                    response.cancel(true);
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (!(cause instanceof TimeoutException)) {
                        answer.accept(failed(Failures.reason(cause, target.timeout())));
                    } else if (!callerIsFirst) {
                        answer.accept(failed(Failures.tooSlow(target.timeout())));
                    }
                    // Else its caller is told by the deadline that the time is up.
                });
    }

    private HttpRequest request(Command command) {
        byte[] body = body(command);
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url());
        target.headers().forEach(request::setHeader);
        request.setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", "tidings")
                .setHeader("Tidings-Command", command.id());
        if (target.secret() != null) {
            request.setHeader(Signature.HEADER, Signature.of(body, target.secret()));
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    /** With the time, so that a receiver can refuse what is old, and was sent before. */
    private byte[] body(Command command) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("command", command.id())
                .put("tenant", command.key().tenant())
                .put("channel", command.key().channel().name())
                .put("name", command.name())
                .put("from", command.from())
                .put("timestamp", clock.millis());
        body.set("args", command.args().tree());
        return Json.of(body).utf8();
    }

    private CommandResult result(HttpResponse<Optional<byte[]>> response) {
        int status = response.statusCode();
        if (status / 100 != 2) {
            return failed("answered with status " + status);
        }
        if (response.body().isEmpty()) {
            return failed("answered with more than " + target.maxSize() + " bytes");
        }
        byte[] body = response.body().get();
        Json answer;
        try {
            answer = body.length == 0 ? Json.NULL : Json.parse(body);
        } catch (Invalid invalid) {
            return failed("answered with what is not JSON");
        }
        try {
            return result(answer);
        } catch (Invalid invalid) {
            return failed("gave an answer that is none: " + invalid.getMessage());
        }
    }

    /** What has a status is an answer; anything else is a result. */
    private static CommandResult result(Json answer) {
        JsonNode status = answer.tree().path("status");
        boolean isAnswer = status.isTextual()
                && (status.textValue().equals("ok") || status.textValue().equals("error"));
        if (isAnswer) {
            return CommandResult.read(answer.tree());
        }
        return CommandResult.ok(answer.equals(Json.NULL) ? null : answer);
    }

    private static CommandResult failed(@Nullable String why) {
        return CommandResult.failed(CommandResult.Failure.HANDLER_FAILED, "the webhook " + why);
    }
}
