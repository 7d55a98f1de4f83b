package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.limits.TokenBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Keeps what a poller tells in a channel within an allowance. What is beyond it becomes one event that counts, by type, what
 * is not told; essential announcements are always told. States are not its business: the last one is always written.
 */
final class Throttle {
    /** The event that stands for those that are not told. */
    static final String COALESCED = "events.coalesced";

    private final String source;
    private final Allowance allowance;
    private final LongSupplier nanoClock;
    private final Map<Channel, TokenBucket> buckets = new HashMap<>();

    /**
     * What is to be told.
     *
     * @param coalesced how many announcements were left out
     */
    record Told(List<Announcement> announcements, int coalesced) {
        Told {
            announcements = List.copyOf(announcements);
        }
    }

    /** @param source the poller's name */
    Throttle(String source, Allowance allowance, LongSupplier nanoClock) {
        this.source = source;
        this.allowance = allowance;
        this.nanoClock = nanoClock;
    }

    /** The announcements of one look, each channel's in the order given, and what stands for the rest after them. */
    Told within(List<Announcement> announcements) {
        buckets.values().removeIf(TokenBucket::isFull);
        List<Announcement> told = new ArrayList<>();
        Map<Channel, Map<String, Integer>> leftOut = new LinkedHashMap<>();
        int coalesced = 0;
        for (Announcement each : announcements) {
            if (bucket(each.channel()).tryTake() == 0 || each.essential()) {
                told.add(each);
            } else {
                coalesced++;
                leftOut.computeIfAbsent(each.channel(), none -> new TreeMap<>()).merge(each.type(), 1, Integer::sum);
            }
        }
        leftOut.forEach((channel, types) -> told.add(summary(channel, types)));
        return new Told(told, coalesced);
    }

    private TokenBucket bucket(Channel channel) {
        return buckets.computeIfAbsent(
                channel, none -> new TokenBucket(allowance.perSecond(), allowance.burst(), nanoClock));
    }

    private Announcement summary(Channel channel, Map<String, Integer> types) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("source", source);
        payload.put("count", types.values().stream().mapToInt(Integer::intValue).sum());
        ObjectNode counts = payload.putObject("types");
        types.forEach(counts::put);
        return new Announcement(channel, COALESCED, payload, true);
    }
}
