package dev.tidings.connection;

/** Hears what sessions do, for whoever counts it. Called on any thread; must be quick and not wait. */
public interface SessionObserver {
    /** A message came, of a known or an unknown type. */
    void received(String type);

    /** A limit was hit; its kind is named after the configuration key without {@code limits.}. */
    void limitHit(String kind);

    /** A connection is ended because it takes too slowly what it asked for. */
    void slowConsumer();
}
