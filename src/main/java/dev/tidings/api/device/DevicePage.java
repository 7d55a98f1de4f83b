package dev.tidings.api.device;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.device.Control;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Collects the devices that a caller may see, until there are enough or their states are large enough. */
final class DevicePage {
    private static final ChannelPattern ALL = new ChannelPattern(Control.NAMESPACE + ":*");
    private static final int READ_AT_ONCE = 200;
    private static final int ENOUGH_BYTES = 4 << 20;

    private final EventLog log;
    private final Caller caller;
    private final int limit;
    private final List<DeviceItem> items = new ArrayList<>();
    private long bytes;

    DevicePage(EventLog log, Caller caller, int limit) {
        this.log = log;
        this.caller = caller;
        this.limit = limit;
    }

    /** @param device an id, which need not be one; empty for the first page */
    CompletionStage<DeviceList> after(String device) {
        return collect(device.isEmpty() ? "" : Control.NAMESPACE + ':' + device);
    }

    private CompletionStage<DeviceList> collect(String after) {
        return log.channels(caller.tenant(), ALL, after, READ_AT_ONCE).thenCompose(listings -> {
            for (EventLog.Listing listing : listings) {
                State state = listing.head().state();
                if (state == null
                        || !caller.permissions()
                                .allows(Verb.SUBSCRIBE, listing.key().channel())) {
                    continue;
                }
                if (items.size() == limit || bytes > ENOUGH_BYTES) {
                    return CompletableFuture.completedStage(
                            new DeviceList(items, items.getLast().device_id()));
                }
                items.add(DeviceItem.of(listing.key(), state));
                bytes += state.data().size();
            }
            return listings.size() < READ_AT_ONCE
                    ? CompletableFuture.completedStage(new DeviceList(items, null))
                    : collect(listings.getLast().key().channel().name());
        });
    }
}
