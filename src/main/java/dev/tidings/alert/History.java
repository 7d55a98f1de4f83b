package dev.tidings.alert;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads events that have been missed. Waits for the log. */
final class History {
    private static final int PAGE = 500;
    private static final int AT_ONCE = 50;

    private final EventLog log;

    History(EventLog log) {
        this.log = log;
    }

    /** The channels of a namespace, the one without an id too. */
    static List<ChannelPattern> patterns(String namespace) {
        return List.of(new ChannelPattern(namespace), new ChannelPattern(namespace + ":*"));
    }

    /**
     * Gives what the channels of a pattern have had since a place, each channel's events in their order: without a gap if the
     * log can, else all that is retained.
     *
     * @param from null for all that is retained
     */
    void since(String tenant, ChannelPattern pattern, @Nullable Cursor from, Consumer<Event> hear) {
        if (from != null) {
            Replay replay = log.replay(tenant, pattern, new Since.AfterCursor(from))
                    .toCompletableFuture()
                    .join();
            if (replay.complete()) {
                replay.events().forEach(hear);
                return;
            }
            boolean comparable = from.epoch().equals(replay.cursor().epoch());
            retained(tenant, pattern, event -> {
                long seen = from.sequences().get(log.shardOf(event.key()));
                if (!comparable || event.sequence() > seen) {
                    hear.accept(event);
                }
            });
            return;
        }
        retained(tenant, pattern, hear);
    }

    private void retained(String tenant, ChannelPattern pattern, Consumer<Event> hear) {
        listed(tenant, pattern, page -> {
            for (int begin = 0; begin < page.size(); begin += AT_ONCE) {
                List<CompletableFuture<Slice>> reads =
                        page.subList(begin, Math.min(begin + AT_ONCE, page.size())).stream()
                                .map(listing -> log.read(listing.key(), Range.from(new Since.Beginning()))
                                        .toCompletableFuture())
                                .toList();
                reads.forEach(read -> read.join().events().forEach(hear));
            }
        });
    }

    /** Gives all channels of a pattern, page by page. */
    void listed(String tenant, ChannelPattern pattern, Consumer<List<Listing>> each) {
        String after = "";
        List<Listing> page;
        do {
            page = log.channels(tenant, pattern, after, PAGE)
                    .toCompletableFuture()
                    .join();
            each.accept(page);
            after = page.isEmpty() ? after : page.getLast().key().channel().name();
        } while (page.size() == PAGE);
    }

    /** What a channel has had since an event. */
    Slice after(ChannelKey key, Since.InChannel since) {
        return log.read(key, Range.from(since)).toCompletableFuture().join();
    }
}
