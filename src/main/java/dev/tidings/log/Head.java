package dev.tidings.log;

import dev.tidings.event.Position;
import dev.tidings.event.State;
import org.jspecify.annotations.Nullable;

/**
 * Where a channel stands.
 *
 * @param newest the place of its newest event; offset 0 when it has none yet
 * @param state what it retains, if anything
 */
public record Head(Position newest, @Nullable State state) {
    /** Where the state changed last; offset 0 when there is none. What a compare-and-set expects. */
    public Position statePosition() {
        return state == null ? new Position(newest.epoch(), 0) : state.position();
    }
}
