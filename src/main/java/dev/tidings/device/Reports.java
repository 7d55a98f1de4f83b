package dev.tidings.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a driver tells what its devices do by themselves, as when somebody moved one by hand. What is in the log already makes
 * no event. A device that has no state yet comes into being. Safe on any thread; never waits.
 *
 * <p>What is reported is not checked against the device's type: that is how the device is. Its type is not the driver's to
 * change: the member {@code device_type} is left out of reports, and is that of the driver's settings where these name one.
 */
public interface Reports {
    /**
     * Something that a device said. While the device is being changed it is held back, so that it follows the change; what it
     * says several times meanwhile is told once.
     *
     * @param device its id
     * @param patch a merge patch of its state; not to be changed afterwards
     */
    void report(String device, ObjectNode patch);

    /**
     * Asks a device how it is, and reports it, unless the device is being changed, or its state changes until the answer is
     * there: then the answer is worth nothing, and is thrown away.
     *
     * @param device its id
     * @param question given the state as the log has it, null for none; answers a merge patch of it. A stage that fails, or
     *     takes longer than a minute, reports nothing; the device is not changed meanwhile. One that fails with {@link NoAnswer}
     *     three times in a row has the device told to be stale, until it answers again
     * @return completes, never exceptionally, when that is over
     */
    CompletionStage<Void> look(String device, Function<@Nullable ObjectNode, CompletionStage<ObjectNode>> question);

    /** Others may have told of the devices: what is known of who has answered is no longer so. */
    void askAnew();

    /** A device did not say how it is. The message is the reason, in words fit for all who may see it. */
    final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        public NoAnswer(String reason) {
            super(reason);
        }
    }

    /**
     * The ids of the driver's devices: those that its settings name, and where they name a prefix those that exist. At most
     * 1000 for each of these. Fails when the log cannot be read.
     */
    CompletionStage<List<String>> devices();
}
