package dev.tidings.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a command.
 *
 * @param result what the handler has to say; null when that is nothing
 * @param error what went wrong: the handler's own words, an object or a string, or of the service {@code {code, message}};
 *     null when nothing did
 */
public record CommandResult(
        Status status, @Nullable Json result, @Nullable Json error) {
    /** How a command ended. */
    public enum Status {
        OK,
        ERROR,
        TIMEOUT;

        /** As on the wire: lower case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a command ended that no handler has answered. */
    public enum Failure {
        /** The handler went away with the command, which it may have carried out or not. */
        HANDLER_GONE,
        /** The handler was asked and gave no answer that could be understood. */
        HANDLER_FAILED,
        TIMEOUT;

        /** As on the wire: lower case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static CommandResult ok(@Nullable Json result) {
        return new CommandResult(Status.OK, result, null);
    }

    /** A failure that the service tells of. */
    public static CommandResult failed(Failure code, String message) {
        Json error = Json.of(
                JsonNodeFactory.instance.objectNode().put("code", code.text()).put("message", message));
        return new CommandResult(code == Failure.TIMEOUT ? Status.TIMEOUT : Status.ERROR, null, error);
    }

    /**
     * A handler's answer.
     *
     * @throws Invalid when it is not of the form {@code {status: "ok" or "error", result?, error?}}
     */
    public static CommandResult read(JsonNode answer) {
        JsonNode status = answer.path("status");
        boolean ok = status.isTextual() && status.textValue().equals(Status.OK.text());
        if (!ok && !(status.isTextual() && status.textValue().equals(Status.ERROR.text()))) {
            throw new Invalid(Invalid.What.MESSAGE, "status is \"ok\" or \"error\"");
        }
        Json error = part(answer.path("error"));
        if (error != null && !error.tree().isObject() && !error.tree().isTextual()) {
            throw new Invalid(Invalid.What.MESSAGE, "error is an object, such as {code, message}, or a string");
        }
        return new CommandResult(ok ? Status.OK : Status.ERROR, part(answer.path("result")), error);
    }

    private static @Nullable Json part(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : Json.of(value);
    }
}
