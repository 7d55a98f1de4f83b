package dev.tidings.graphql;

/** Hears how queries and mutations by {@code POST} end. Called on event loops; must not wait. */
public interface GraphQlObserver {
    /**
     * One was answered.
     *
     * @param status of HTTP
     * @param nanos how long that took
     */
    void answered(int status, long nanos);
}
