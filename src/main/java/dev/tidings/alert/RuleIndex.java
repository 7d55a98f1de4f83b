package dev.tidings.alert;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The rules of one tenant, found by channel first and then by what an event has. Immutable: safe on any thread. */
final class RuleIndex {
    /** So many patterns match a channel, if as many do. */
    private static final int MOSTLY = 4;

    private final Map<String, Namespace> namespaces = new HashMap<>();

    /** The rules about the channels of one namespace. */
    private static final class Namespace {
        private final Map<String, FieldTree> exact = new HashMap<>();
        private final TreeMap<Integer, Map<String, FieldTree>> prefixes = new TreeMap<>();

        void add(AlertRule rule) {
            ChannelPattern pattern = rule.pattern();
            String prefix = pattern.prefix();
            Map<String, FieldTree> trees =
                    pattern.isExact() ? exact : prefixes.computeIfAbsent(prefix.length(), length -> new HashMap<>());
            trees.computeIfAbsent(prefix, first -> new FieldTree()).add(rule);
        }

        void find(Event event, Consumer<AlertRule> found) {
            String name = event.channel().name();
            List<FieldTree> matching = new ArrayList<>(MOSTLY);
            FieldTree own = exact.get(name);
            if (own != null) {
                matching.add(own);
            }
            for (Map.Entry<Integer, Map<String, FieldTree>> each : prefixes.entrySet()) {
                if (each.getKey() > name.length()) {
                    break;
                }
                FieldTree tree = each.getValue().get(name.substring(0, each.getKey()));
                if (tree != null) {
                    matching.add(tree);
                }
            }
            FieldTree.find(matching, event, found);
        }
    }

    RuleIndex(Collection<AlertRule> rules) {
        rules.forEach(rule -> namespaces
                .computeIfAbsent(rule.pattern().namespace(), name -> new Namespace())
                .add(rule));
    }

    /** Gives the rules about the event's channel whose condition may hold, some perhaps more than once. */
    void find(Event event, Consumer<AlertRule> found) {
        Namespace namespace = namespaces.get(event.channel().namespace());
        if (namespace != null) {
            namespace.find(event, found);
        }
    }

    /** True when there is a rule about channels of the namespace. */
    boolean watches(String namespace) {
        return namespaces.containsKey(namespace);
    }

    /** The namespaces that there are rules about. */
    Set<String> namespaces() {
        return namespaces.keySet();
    }
}
