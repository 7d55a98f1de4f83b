package dev.tidings.alert;

import dev.tidings.intake.Outcome;

/** Is told what alerts do, for metrics and logs. Called on the evaluating thread and on those of webhooks. */
public interface AlertObserver {
    /** Events have been evaluated. */
    void evaluated(int events, long nanos);

    /** An event of this type was told, by this instance. */
    void told(String type);

    /** An event of a rule could not be told: what it says is not admitted in its channel. */
    void refused(String rule, Outcome why);

    /** A webhook was called. */
    void called(HookOutcome outcome);

    /** How calling a webhook went. */
    enum HookOutcome {
        DELIVERED,
        /** It will be called again. */
        FAILED,
        /** It has failed too often, and is not called again about this. */
        GIVEN_UP
    }
}
