package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Position;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Supplier;

/** Positions in this process's memory, gone with it as the events are. */
final class MemoryPositions implements DurablePositions {
    private static final long SWEEP_MS = 10_000;

    private final Settings settings;
    private final Clock clock;
    private final Lock lock;
    private final Function<ChannelKey, String> epochs;

    // Guarded by the lock.
    private final Map<Owner, Map<DurableName, Kept>> kept = new HashMap<>();
    private long swept;

    private record Owner(String tenant, String subject) {
        static Owner of(DurableName name) {
            return new Owner(name.channel().tenant(), name.subject());
        }
    }

    /** @param touched when somebody came for it last */
    private record Kept(Position position, long touched) {}

    /**
     * @param lock the log's, which asks for the channels while it holds it
     * @param epochs tells the epoch that a channel has now
     */
    MemoryPositions(Settings settings, Clock clock, Lock lock, Function<ChannelKey, String> epochs) {
        this.settings = settings;
        this.clock = clock;
        this.lock = lock;
        this.epochs = epochs;
    }

    @Override
    public CompletionStage<Optional<Position>> find(DurableName name) {
        return locked(() -> Optional.ofNullable(
                        kept.getOrDefault(Owner.of(name), Map.of()).get(name))
                .filter(this::isFresh)
                .map(Kept::position));
    }

    @Override
    public CompletionStage<Optional<Position>> begin(DurableName name, Position start) {
        return locked(() -> {
            Map<DurableName, Kept> own = kept.computeIfAbsent(Owner.of(name), owner -> new HashMap<>());
            own.values().removeIf(each -> !isFresh(each));
            Kept found = own.get(name);
            if (found == null && own.size() >= settings.perSubject()) {
                return Optional.empty();
            }
            Position position = found == null ? start : found.position();
            own.put(name, new Kept(position, clock.millis()));
            return Optional.of(position);
        });
    }

    @Override
    public CompletionStage<Void> acknowledge(Map<DurableName, Position> positions) {
        return locked(() -> {
            long now = clock.millis();
            sweep(now);
            positions.forEach((name, position) -> kept.computeIfAbsent(Owner.of(name), owner -> new HashMap<>())
                    .merge(name, new Kept(position, now), (before, given) -> {
                        Position further = DurablePositions.forward(before.position(), position, epoch(name));
                        return new Kept(further, now);
                    }));
            return null;
        });
    }

    /** Where anything is kept. To be called under the lock. */
    Set<ChannelKey> channels() {
        sweep(clock.millis());
        Set<ChannelKey> channels = new HashSet<>();
        kept.values().forEach(own -> own.keySet().forEach(name -> channels.add(name.channel())));
        return channels;
    }

    private <T> CompletionStage<T> locked(Supplier<T> work) {
        lock.lock();
        try {
            return CompletableFuture.completedStage(work.get());
        } finally {
            lock.unlock();
        }
    }

    private String epoch(DurableName name) {
        return epochs.apply(name.channel());
    }

    private boolean isFresh(Kept each) {
        return each.touched() >= clock.millis() - settings.keepMs();
    }

    private void sweep(long now) {
        if (now - swept < SWEEP_MS) {
            return;
        }
        swept = now;
        kept.values().removeIf(own -> {
            own.values().removeIf(each -> !isFresh(each));
            return own.isEmpty();
        });
    }
}
