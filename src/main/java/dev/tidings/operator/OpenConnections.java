package dev.tidings.operator;

import dev.tidings.auth.Revocations;
import dev.tidings.operator.OpenConnection.Load;
import dev.tidings.protocol.CloseCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this instance whose callers are known. Those whose token is revoked do not stay, whether it happens
 * before they come or after. Safe on any thread; nothing here waits for an event loop.
 */
public final class OpenConnections {
    private static final String REVOKED = "the token has been revoked";

    private final Revocations revocations;
    private final Executor executor;
    private final Map<String, ConcurrentNavigableMap<String, OpenConnection>> byTenant = new ConcurrentHashMap<>();
    private final AtomicBoolean checkDue = new AtomicBoolean();

    /** @param executor looks through all connections when a token is revoked */
    public OpenConnections(Revocations revocations, Executor executor) {
        this.revocations = revocations;
        this.executor = executor;
    }

    /** Notes a connection, from when its caller is known until {@link #remove}. */
    public void add(OpenConnection connection) {
        byTenant.compute(connection.caller().tenant(), (tenant, known) -> {
            ConcurrentNavigableMap<String, OpenConnection> all = known == null ? new ConcurrentSkipListMap<>() : known;
            all.put(connection.id(), connection);
            return all;
        });
        // Not before it is noted: who revokes a token looks through those that are.
        check(connection);
    }

    /** A connection has shown another token. */
    public void renewed(OpenConnection connection) {
        check(connection);
    }

    /** The connection is gone. */
    public void remove(OpenConnection connection) {
        byTenant.computeIfPresent(connection.caller().tenant(), (tenant, all) -> {
            all.remove(connection.id());
            return all.isEmpty() ? null : all;
        });
    }

    /** Sends away whose tokens are revoked; soon, and once however often it is asked for meanwhile. */
    void checkAll() {
        if (checkDue.compareAndSet(false, true)) {
            executor.execute(() -> {
                checkDue.set(false);
                all().forEach(this::check);
            });
        }
    }

    private void check(OpenConnection connection) {
        if (revocations.refuse(connection.caller())) {
            connection.disconnect(CloseCode.UNAUTHENTICATED, REVOKED);
        }
    }

    /** A tenant's connection; null when it is not here. */
    @Nullable
    OpenConnection find(String tenant, String id) {
        return of(tenant).get(id);
    }

    /** A tenant's connections with ids greater than this, in the order of their ids. */
    Stream<OpenConnection> after(String tenant, String id) {
        return of(tenant).tailMap(id, false).values().stream();
    }

    private ConcurrentNavigableMap<String, OpenConnection> of(String tenant) {
        ConcurrentNavigableMap<String, OpenConnection> known = byTenant.get(tenant);
        return known == null ? new ConcurrentSkipListMap<>() : known;
    }

    private Stream<OpenConnection> all() {
        return List.copyOf(byTenant.values()).stream().flatMap(each -> each.values().stream());
    }

    /** How all connections are doing, those of all tenants. */
    public Stream<Load> loads() {
        return all().map(OpenConnection::load);
    }
}
