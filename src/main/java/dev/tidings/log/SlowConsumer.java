package dev.tidings.log;

/** What becomes of a connection that does not take the events of a channel as fast as they come. */
public enum SlowConsumer {
    /** It is closed; it may connect anew and resume. */
    DISCONNECT,
    /** It is left behind and served from history at its own pace; it is told of a gap where that no longer reaches. */
    GAP
}
