package dev.tidings.connection;

import dev.tidings.auth.Caller;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Counts connections and refuses those that are too many. Safe on any thread. */
public final class Admission {
    private final int limit;
    private final int limitPerSubject;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<ConnectionKind, AtomicInteger> byKind = new EnumMap<>(ConnectionKind.class);
    private final Map<Owner, Integer> bySubject = new ConcurrentHashMap<>();
    private final Map<String, Integer> byTenant = new ConcurrentHashMap<>();

    private volatile Consumer<String> newTenant = tenant -> {};

    private record Owner(String tenant, String subject) {}

    public Admission(int limit, int limitPerSubject) {
        this.limit = limit;
        this.limitPerSubject = limitPerSubject;
        for (ConnectionKind kind : ConnectionKind.values()) {
            byKind.put(kind, new AtomicInteger());
        }
    }

    /** Counts a connection in; false when the server has as many as it may, and then it is not counted. */
    public boolean enter(ConnectionKind kind) {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            return false;
        }
        counter(kind).incrementAndGet();
        return true;
    }

    /** Counts a connection out that was counted in. */
    public void leave(ConnectionKind kind) {
        open.decrementAndGet();
        counter(kind).decrementAndGet();
    }

    /** Counts a connection as its caller's; false when the subject has as many as it may. */
    public boolean enter(Caller caller) {
        Owner owner = new Owner(caller.tenant(), caller.countedAs());
        boolean[] entered = {false};
        bySubject.compute(owner, (same, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < limitPerSubject;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        if (entered[0]) {
            byTenant.computeIfAbsent(caller.tenant(), tenant -> {
                newTenant.accept(tenant);
                return 0;
            });
            byTenant.merge(caller.tenant(), 1, Integer::sum);
        }
        return entered[0];
    }

    /** Counts a connection out that was counted as its caller's. */
    public void leave(Caller caller) {
        bySubject.computeIfPresent(
                new Owner(caller.tenant(), caller.countedAs()), (same, count) -> count == 1 ? null : count - 1);
        byTenant.computeIfPresent(caller.tenant(), (same, count) -> count - 1);
    }

    /** The number of open connections, authenticated or not. */
    public int open() {
        return open.get();
    }

    /** The number of those of one kind. */
    public int open(ConnectionKind kind) {
        return counter(kind).get();
    }

    private AtomicInteger counter(ConnectionKind kind) {
        return Objects.requireNonNull(byKind.get(kind));
    }

    /** The number of authenticated connections of a tenant. */
    public int open(String tenant) {
        return byTenant.getOrDefault(tenant, 0);
    }

    /** Has somebody told of each tenant once, when its first connection comes. */
    public void onNewTenant(Consumer<String> listener) {
        newTenant = listener;
    }
}
