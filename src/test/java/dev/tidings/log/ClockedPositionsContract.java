package dev.tidings.log;

import static dev.tidings.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract of a log for which time is what the service's clock says, and not Redis's: days may pass in a test. */
public abstract class ClockedPositionsContract extends DurablePositionsContract {
    @Test
    void comingForItKeepsItForAsLongAgain() {
        begin(NAME, at("e", 1));
        for (int i = 0; i < 4; i++) {
            clock.advance(KEEP.minusSeconds(1));
            assertKept(NAME, at("e", 1));
            acknowledge(NAME, at("e", 1));
        }
        clock.advance(KEEP.minusSeconds(1));
        begin(NAME, at("e", 9));
        clock.advance(KEEP.minusSeconds(1));
        assertKept(NAME, at("e", 1));
        clock.advance(Duration.ofSeconds(2));
        assertThat(get(positions.find(NAME))).isEmpty();
    }
}
