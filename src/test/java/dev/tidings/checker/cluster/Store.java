package dev.tidings.checker.cluster;

import java.util.List;
import java.util.Map;

/** What instances keep their log in. */
public interface Store extends AutoCloseable {
    /** The settings of the instance of that number. */
    Map<String, String> settings(int instance);

    /** The ways between the instances and it that can be broken, one for each instance; empty where there are none. */
    List<Link> links();

    /** Whether it is another process: then nobody knows whether what timed out is there. */
    boolean isElsewhere();

    /** Whether an instance that is killed takes everything with it. */
    boolean endsWithTheInstance();

    /** Waits until it is whole. */
    void awaitWhole();

    @Override
    void close();
}
