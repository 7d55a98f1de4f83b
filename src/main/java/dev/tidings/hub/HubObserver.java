package dev.tidings.hub;

import dev.tidings.event.Event;

/** Hears what the hub does, for whoever counts it. Called on the loops' threads; must be quick and not wait. */
public interface HubObserver {
    /**
     * An event was handed to connections.
     *
     * @param connections how many
     */
    void delivered(Event event, int connections);

    /** A connection had no room for an event and was left behind, to be served from the log later. */
    void fellBehind();

    /** Something went wrong that should not; subscribers look up what they have missed. */
    void failed(RuntimeException fault);

    /** A subscription asked for what has been. */
    void replayed(Recovery recovery, int events);

    /** How it went. */
    enum Recovery {
        /** Everything was there. */
        RECOVERED,
        /** Something was not, and the client was told. */
        NOT_RECOVERED,
        /** A loop had missed something; it was found in the log. */
        REPAIRED,
        /** A loop had missed something, and clients were told of a gap. */
        GAP
    }
}
