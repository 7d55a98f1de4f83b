package dev.tidings.intake;

import dev.tidings.event.Json;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of what is written.
 *
 * @param stateBytes how long a channel's state may get, whether put as a whole or grown by patches
 * @param rules what namespaces lay down
 */
public record IntakeSettings(int stateBytes, NamespaceRules rules) {
    /**
     * Why a write will not be let in, asked before something is done that could not be undone; null when it will, as far as that
     * can be said before it is made.
     *
     * @param after what the state will be
     */
    public @Nullable Outcome refusal(Submission.Write write, Json after) {
        Outcome refusal = rules.refusal(write);
        if (refusal != null) {
            return refusal;
        }
        return after.size() <= stateBytes
                ? rules.refusalOfState(write.key(), after)
                : new Outcome.TooLarge(
                        "the state would have %d bytes, and %d are allowed".formatted(after.size(), stateBytes));
    }
}
