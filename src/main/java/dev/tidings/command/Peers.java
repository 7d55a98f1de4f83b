package dev.tidings.command;

import dev.tidings.event.ChannelKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What handlers of the other instances answer, as far as it is known here. Safe on any thread. */
final class Peers {
    private final Map<String, Peer> peers = new HashMap<>();
    private final PatternIndex<Map<Source, Integer>> index = new PatternIndex<>();

    private record Source(String instance, @Nullable String name) {}

    private static final class Peer {
        private final Map<Offer, Integer> offers = new HashMap<>();
        private long version;
    }

    /**
     * How many handlers of each other instance match.
     *
     * @param known names of configured handlers that are there already: one of the same name elsewhere is the same
     */
    synchronized Map<String, Integer> handlers(ChannelKey key, Set<String> known) {
        Map<String, Integer> handlers = new HashMap<>();
        Set<String> names = new HashSet<>(known);
        index.forEachMatching(
                key,
                sources -> sources.forEach((source, count) -> {
                    if (source.name() == null || names.add(source.name())) {
                        handlers.merge(source.instance(), count, Integer::sum);
                    }
                }));
        return handlers;
    }

    /** An instance has said all that it offers. */
    synchronized void replace(String instance, long version, Map<Offer, Integer> offers) {
        forget(instance);
        Peer peer = new Peer();
        peer.version = version;
        peers.put(instance, peer);
        offers.forEach((offer, count) -> set(instance, peer, offer, count));
    }

    /**
     * An instance has said what is different from the version before.
     *
     * @return false when that version is not known here
     */
    synchronized boolean change(String instance, long version, Map<Offer, Integer> offers) {
        Peer peer = peers.get(instance);
        if (peer == null || peer.version != version - 1) {
            return false;
        }
        peer.version = version;
        offers.forEach((offer, count) -> set(instance, peer, offer, count));
        return true;
    }

    synchronized boolean isAt(String instance, long version) {
        Peer peer = peers.get(instance);
        return peer != null && peer.version == version;
    }

    synchronized void forget(String instance) {
        Peer peer = peers.remove(instance);
        if (peer != null) {
            Map.copyOf(peer.offers).keySet().forEach(offer -> set(instance, peer, offer, 0));
        }
    }

    private void set(String instance, Peer peer, Offer offer, int count) {
        Source source = new Source(instance, offer.name());
        if (count > 0) {
            peer.offers.put(offer, count);
            index.at(offer.tenant(), offer.pattern(), HashMap::new).put(source, count);
            return;
        }
        peer.offers.remove(offer);
        Map<Source, Integer> sources = index.at(offer.tenant(), offer.pattern());
        if (sources != null && sources.remove(source) != null && sources.isEmpty()) {
            index.remove(offer.tenant(), offer.pattern());
        }
    }
}
