package dev.tidings.device;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a device made of an order. */
public sealed interface Driven {
    /**
     * It has done it.
     *
     * @param report how it is now, as a merge patch of its state: what was asked for, where it does not say otherwise
     */
    record Done(ObjectNode report) implements Driven {}

    /**
     * It was reached and will not do it; nothing moved.
     *
     * @param reason in words fit for the caller: no addresses, no secrets
     */
    record Declined(String reason) implements Driven {}

    /**
     * It could not be reached, or was reached and failed.
     *
     * @param reason in words fit for the caller
     */
    record Unreachable(String reason) implements Driven {}
}
