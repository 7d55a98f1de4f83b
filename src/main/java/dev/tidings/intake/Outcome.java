package dev.tidings.intake;

import dev.tidings.event.Json;
import dev.tidings.log.Appended;
import dev.tidings.log.Head;

/** What became of a submission. */
public sealed interface Outcome {
    /** It is an event now, stored and ordered. */
    record Published(Appended.Stored stored) implements Outcome {}

    /**
     * The state changed.
     *
     * @param patch what changed (RFC 7396)
     * @param previous what the members that changed held before
     */
    record Changed(Appended.Stored stored, Json patch, Json previous) implements Outcome {}

    /** The state is what it was already: there is no event. */
    record Unchanged(Head head) implements Outcome {}

    /** The precondition does not hold. */
    record Conflict(Head head) implements Outcome {}

    /** The state would have become too long: nothing was stored. */
    record TooLarge(String reason) implements Outcome {}

    /** Its namespace does not let it in. */
    record Forbidden(String reason) implements Outcome {}

    /**
     * The payload, or the state as it would have become, does not hold to its schema: nothing was stored.
     *
     * @param at a JSON Pointer to what is wrong: into the event, or into the state
     */
    record Inadmissible(String reason, String at) implements Outcome {}

    /** Nothing was stored; trying again later may help. */
    record Unavailable(String reason) implements Outcome {}
}
