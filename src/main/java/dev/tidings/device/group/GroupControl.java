package dev.tidings.device.group;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.Control;
import dev.tidings.device.Controlled;
import dev.tidings.device.Devices;
import dev.tidings.device.Violation;
import dev.tidings.event.ChannelKey;
import dev.tidings.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/** One change for all devices of a group: each does it for itself, and has a receipt of its own. */
public final class GroupControl {
    private static final String STATUS = "status";

    private GroupControl() {}

    /**
     * Changes all of them at once.
     *
     * @param control what is to be done with a member
     * @param permitted whether the caller may do it with that one
     * @return by member: {@code {status: "ok", …}} as a change of one device is answered, or {@code {status: "error" or
     *     "timeout", code, message, retryable, at?}}; not later than the patience of the controls
     */
    public static CompletionStage<ObjectNode> change(
            Group group, Devices devices, Predicate<ChannelKey> permitted, Function<ChannelKey, Control> control) {
        Map<String, CompletableFuture<ObjectNode>> receipts = new LinkedHashMap<>();
        for (String member : group.members()) {
            ChannelKey device = group.device(member);
            receipts.put(
                    member,
                    permitted.test(device)
                            ? devices.change(control.apply(device))
                                    .thenApply(GroupControl::receipt)
                                    .toCompletableFuture()
                            : CompletableFuture.completedFuture(failed(
                                    ErrorCode.FORBIDDEN, "the token does not permit publish:" + device.channel())));
        }
        return CompletableFuture.allOf(receipts.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    ObjectNode results = JsonNodeFactory.instance.objectNode();
                    receipts.forEach((member, receipt) -> results.set(member, receipt.resultNow()));
                    return results;
                });
    }

    private static ObjectNode receipt(Controlled controlled) {
        return switch (controlled) {
            case Controlled.Done done -> {
                ObjectNode receipt = JsonNodeFactory.instance.objectNode().put(STATUS, "ok");
                receipt.setAll(done.toJson());
                yield receipt;
            }
            case Controlled.Missing missing -> failed(ErrorCode.NOT_FOUND, Controlled.NO_DEVICE);
            case Controlled.Inadmissible(Violation violation) ->
                failed(ErrorCode.INVALID_MESSAGE, violation.message()).put("at", violation.at());
            case Controlled.Failed(ErrorCode code, String reason) -> failed(code, reason);
        };
    }

    private static ObjectNode failed(ErrorCode code, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(STATUS, code == ErrorCode.TIMEOUT ? "timeout" : "error")
                .put("code", code.text())
                .put("message", message)
                .put("retryable", code.retryable());
    }
}
