package dev.tidings.log;

import dev.tidings.event.Invalid;
import dev.tidings.event.Position;

/** Where a reader wants to begin. */
public sealed interface Since {
    /** A place that any one channel has. */
    sealed interface InChannel extends Since {}

    /** With what comes from now on. */
    record Now() implements InChannel {}

    /** With the oldest event retained. */
    record Beginning() implements InChannel {}

    /** After an event already seen. */
    record After(Position position) implements InChannel {}

    /** After the place a pattern's replay or subscription had reached: for patterns only. */
    record AfterCursor(Cursor cursor) implements Since {}

    /** With the first event of this moment or later, in ms since the Unix epoch. */
    record AtTime(long timestamp) implements InChannel {}

    /** With the newest so many events. */
    record Last(int count) implements InChannel {
        public Last {
            if (count < 0) {
                throw new Invalid(Invalid.What.MESSAGE, "last is 0 or more");
            }
        }
    }
}
