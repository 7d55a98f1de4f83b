package dev.tidings.presence;

class MemoryRosterTest extends RosterContract {
    private Roster opened;

    @Override
    protected Roster open() {
        opened = new MemoryRoster();
        return opened;
    }

    @Override
    protected Roster openAnother() {
        return opened;
    }
}
