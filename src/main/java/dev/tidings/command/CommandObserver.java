package dev.tidings.command;

/** Hears how commands end, for whoever counts them. Called on any thread; must be quick and not wait. */
public interface CommandObserver {
    /**
     * A command that was given on this instance has ended.
     *
     * @param status {@code ok}, {@code error}, {@code timeout}, or the code with which it was refused
     */
    void ended(String status, long nanos);

    /** A limit was hit; its kind is named after the configuration key without {@code limits.}. */
    void limitHit(String kind);
}
