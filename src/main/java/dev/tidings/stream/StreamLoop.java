package dev.tidings.stream;

import dev.tidings.connection.Sweep;
import dev.tidings.hub.HubLoop;
import java.util.concurrent.ScheduledExecutorService;

/** What the streams and polls of one event loop share. To be used on that loop's thread. */
record StreamLoop(ScheduledExecutorService executor, HubLoop hub, Sweep sweep, SseEncoder encoder) {}
