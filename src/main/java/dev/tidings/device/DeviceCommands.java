package dev.tidings.device;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.command.Command;
import dev.tidings.command.Handler;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers commands of devices that have a driver: {@code set}, with the members that are to change as arguments. */
public final class DeviceCommands implements Handler {
    private static final String SET = "set";

    /** What is left of the caller's time for the way of the answer. */
    private static final long FOR_THE_ANSWER_MS = 50;

    private final DeviceDriver driver;
    private final Devices devices;
    private final Duration patience;

    /** @param patience how long a device may take, unless the caller waits less */
    public DeviceCommands(DeviceDriver driver, Devices devices, Duration patience) {
        this.driver = driver;
        this.devices = devices;
        this.patience = patience;
    }

    @Override
    public String name() {
        return driver.name();
    }

    @Override
    public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
        if (!command.name().equals(SET)) {
            answer.accept(failed("unknown_command", "a device has the command set, with the members to change", null));
            return;
        }
        ObjectNode change;
        try {
            change = Control.change(command.args().tree());
        } catch (Invalid invalid) {
            answer.accept(failed(ErrorCode.INVALID_MESSAGE.text(), "args: " + invalid.getMessage(), null));
            return;
        }
        long patienceMs = Math.max(1, Math.min(timeoutMs - FOR_THE_ANSWER_MS, patience.toMillis()));
        // Who may give commands was asked already; nobody publishes here but the driver.
        Control control = new Control(
                command.key(), change, command.id(), false, command.id(), null, Duration.ofMillis(patienceMs));
        var unused = devices.change(control).thenAccept(done -> answer.accept(result(done)));
    }

    private static CommandResult result(Controlled controlled) {
        return switch (controlled) {
            case Controlled.Done done -> CommandResult.ok(Json.of(done.toJson()));
            case Controlled.Missing missing -> failed(ErrorCode.NOT_FOUND.text(), Controlled.NO_DEVICE, null);
            case Controlled.Inadmissible(Violation violation) ->
                failed(ErrorCode.INVALID_MESSAGE.text(), violation.message(), violation.at());
            case Controlled.Failed(ErrorCode code, String reason) -> failed(code.text(), reason, null);
        };
    }

    private static CommandResult failed(String code, String message, @Nullable String at) {
        ObjectNode error =
                JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
        if (at != null) {
            error.put("at", at);
        }
        return new CommandResult(CommandResult.Status.ERROR, null, Json.of(error));
    }
}
