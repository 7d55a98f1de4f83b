package dev.tidings.alert;

import dev.tidings.event.ChannelKey;
import dev.tidings.log.Cursor;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules that this instance knows. Read on any thread, written by the evaluating one. */
final class RuleBook {
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    /**
     * A rule, and where in the log it begins.
     *
     * @param from what came before is not its business; null when that is not known
     */
    record Entry(AlertRule rule, @Nullable Cursor from) {}

    /** The rules of one tenant. Immutable. */
    private record Tenant(NavigableMap<String, Entry> entries, RuleIndex index) {
        static Tenant of(TreeMap<String, Entry> entries) {
            return new Tenant(
                    entries,
                    new RuleIndex(entries.values().stream().map(Entry::rule).toList()));
        }
    }

    private static final Tenant NONE = Tenant.of(new TreeMap<>());

    /** Those of a tenant by id, in the order of ids. */
    NavigableMap<String, Entry> of(String tenant) {
        return tenants.getOrDefault(tenant, NONE).entries();
    }

    @Nullable
    Entry get(String tenant, String id) {
        return of(tenant).get(id);
    }

    @Nullable
    AlertRule rule(AlertKey key) {
        Entry entry = get(key.tenant(), key.rule());
        return entry == null ? null : entry.rule();
    }

    RuleIndex index(String tenant) {
        return tenants.getOrDefault(tenant, NONE).index();
    }

    /** True when there is a rule about channels of that tenant and namespace. Costs next to nothing where there is none. */
    boolean watches(ChannelKey key) {
        if (tenants.isEmpty()) {
            return false;
        }
        Tenant tenant = tenants.get(key.tenant());
        return tenant != null && tenant.index().watches(key.channel().namespace());
    }

    /** Takes a rule over; answers the one that it replaces. */
    @Nullable
    Entry put(String tenant, Entry entry) {
        TreeMap<String, Entry> entries = new TreeMap<>(of(tenant));
        Entry before = entries.put(entry.rule().id(), entry);
        tenants.put(tenant, Tenant.of(entries));
        return before;
    }

    /** Takes over all rules of a tenant. */
    void putAll(String tenant, Collection<Entry> all) {
        TreeMap<String, Entry> entries = new TreeMap<>();
        all.forEach(entry -> entries.put(entry.rule().id(), entry));
        if (entries.isEmpty()) {
            tenants.remove(tenant);
        } else {
            tenants.put(tenant, Tenant.of(entries));
        }
    }

    /** Forgets a rule; false when it was not known. */
    boolean remove(String tenant, String id) {
        TreeMap<String, Entry> entries = new TreeMap<>(of(tenant));
        boolean known = entries.remove(id) != null;
        if (known) {
            putAll(tenant, entries.values());
        }
        return known;
    }

    /** Whose rules there are, and about which namespaces. */
    Map<String, Set<String>> namespaces() {
        return tenants.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        each -> Set.copyOf(each.getValue().index().namespaces())));
    }

    /** Whose rules there are. */
    Set<String> tenants() {
        return Set.copyOf(tenants.keySet());
    }

    /** How many there are, of all tenants. */
    int size() {
        return tenants.values().stream().mapToInt(each -> each.entries().size()).sum();
    }
}
