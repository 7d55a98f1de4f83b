package dev.tidings.dialect.devices;

import java.util.ArrayDeque;
import java.util.Queue;

/** Holds back what a panel asks for until it has been told that it is connected, which comes first. */
final class Opening {
    /** How much may be held; of a panel that sends more before it knows whether anybody listens, the rest is passed over. */
    private static final int MAX_WAITING = 100;

    private final Queue<Runnable> waiting = new ArrayDeque<>(0);
    private boolean isOver;

    void then(Runnable deed) {
        if (isOver) {
            deed.run();
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(deed);
        }
    }

    void over() {
        isOver = true;
        Runnable next;
        while ((next = waiting.poll()) != null) {
            next.run();
        }
    }
}
