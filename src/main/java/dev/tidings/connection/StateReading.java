package dev.tidings.connection;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.protocol.ServerMessage.ChannelState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads the states of all channels of a pattern, some at a time, and gives up when they are too much for one answer. */
public final class StateReading {
    /** Why there is no answer. */
    public static final String TOO_MUCH = "the states are more than 4 MiB; ask for fewer channels at a time";

    private static final long MAX_BYTES = 4 << 20;
    private static final int PAGE = 100;

    private final EventLog log;
    private final String tenant;
    private final ChannelPattern pattern;
    private final List<ChannelState> states = new ArrayList<>();
    private long bytes;

    /** @param pattern which states; one channel's, or those of a pattern */
    public StateReading(EventLog log, String tenant, ChannelPattern pattern) {
        this.log = log;
        this.tenant = tenant;
        this.pattern = pattern;
    }

    /** The states by channel; none when they are too much. */
    public CompletionStage<Optional<List<ChannelState>>> read() {
        return readAfter("");
    }

    private CompletionStage<Optional<List<ChannelState>>> readAfter(String name) {
        return log.channels(tenant, pattern, name, PAGE).thenCompose(page -> {
            for (EventLog.Listing listing : page) {
                State state = listing.head().state();
                if (state != null) {
                    states.add(new ChannelState(listing.key().channel(), state));
                    bytes += state.data().size() + 200;
                }
            }
            if (bytes > MAX_BYTES) {
                return CompletableFuture.completedStage(Optional.empty());
            }
            return page.size() < PAGE
                    ? CompletableFuture.completedStage(Optional.of(states))
                    : readAfter(page.getLast().key().channel().name());
        });
    }
}
