package dev.tidings.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryPositionsTest extends ClockedPositionsContract {
    private EventLog opened;

    @Override
    protected EventLog open(Clock clock) {
        opened = new MemoryEventLog(namespace -> Retention.DEFAULT, clock, 64 << 20);
        return opened;
    }

    @Override
    protected EventLog openAnother(Clock clock) {
        return opened;
    }

    @Test
    void aQuietChannelKeepsItsNumberingForWhoMayComeBack() {
        TestLog calls = new TestLog(log, clock);
        ChannelKey left = TestLog.key("jobs:left");
        String leftEpoch = calls.fill(left, 3).epoch();
        TestLog.get(positions.begin(NAME, calls.fill(NAME.channel(), 3)));
        String epoch = calls.head(NAME.channel()).newest().epoch();
        clock.advance(Duration.ofDays(6));
        calls.fill(TestLog.key("jobs:other"), 1);
        assertThat(calls.head(NAME.channel()).newest()).isEqualTo(at(epoch, 3));
        assertThat(calls.head(left).newest().epoch()).isNotEqualTo(leftEpoch);
    }
}
