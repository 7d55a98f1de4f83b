package dev.tidings.device;

import dev.tidings.protocol.ErrorCode;
import java.util.concurrent.atomic.AtomicReference;

/** How far a change has come, and so what is true of the device when its time is over. Safe on any thread. */
final class Attempt {
    private final AtomicReference<Step> step = new AtomicReference<>(Step.WAITING);

    private enum Step {
        WAITING,
        NEVER_BEGUN,
        LOOKED_UP,
        NEVER_ASKED,
        ASKED,
        DONE;

        Step tooLate() {
            return switch (this) {
                case WAITING -> NEVER_BEGUN;
                case LOOKED_UP -> NEVER_ASKED;
                default -> this;
            };
        }
    }

    /** Its turn has come; false when its time was over before. */
    boolean begin() {
        return step.compareAndSet(Step.WAITING, Step.LOOKED_UP);
    }

    /** The device is about to be asked; false when its time was over before, and it must not be. */
    boolean ask() {
        return step.compareAndSet(Step.LOOKED_UP, Step.ASKED);
    }

    /** The device has done it, and its new state is about to be stored. */
    void done() {
        step.compareAndSet(Step.ASKED, Step.DONE);
    }

    /** Its time is over: where the device has not been asked yet, it will not be. */
    Controlled timeOut() {
        return switch (step.updateAndGet(Step::tooLate)) {
            case WAITING, NEVER_BEGUN ->
                failed(ErrorCode.TIMEOUT, "the device was busy with other changes all the time; nothing was done");
            case LOOKED_UP, NEVER_ASKED ->
                failed(
                        ErrorCode.UNAVAILABLE,
                        "the log did not answer in time; the device was not asked, nothing was done");
            case ASKED ->
                failed(
                        ErrorCode.TIMEOUT,
                        "the device did not answer in time; its state is as it was, whether it moved is not known");
            case DONE ->
                failed(
                        ErrorCode.TIMEOUT,
                        "the device has done it, and its state was not stored in time; whether it will be is not known");
        };
    }

    private static Controlled failed(ErrorCode code, String reason) {
        return new Controlled.Failed(code, reason);
    }
}
