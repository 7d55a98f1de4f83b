package dev.tidings.log;

import java.time.Clock;

class MemoryEventLogTest extends EventLogContract {
    private EventLog opened;

    @Override
    protected EventLog open(Retention.Policy retention, Clock clock) {
        opened = new MemoryEventLog(retention, clock, 64 << 20);
        return opened;
    }

    @Override
    protected EventLog openAnother(Retention.Policy retention, Clock clock) {
        return opened;
    }
}
