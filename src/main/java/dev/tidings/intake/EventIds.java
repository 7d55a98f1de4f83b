package dev.tidings.intake;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes ids of events and of what causes them: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time they were made. */
public final class EventIds {
    private final Clock clock;

    public EventIds(Clock clock) {
        this.clock = clock;
    }

    public String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (clock.millis() << 16) | 0x7000L | random.nextLong(1 << 12);
        long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
