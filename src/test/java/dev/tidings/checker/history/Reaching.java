package dev.tidings.checker.history;

import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is acknowledged when all is whole again reaches everybody who follows its channel; with what holds for order, so has all before. */
final class Reaching {
    private record Follower(String who, String tenant, String target) {
        boolean follows(Entry event) {
            return tenant.equals(event.tenant())
                    && (target.equals(event.channel())
                            || (target.endsWith("*")
                                    && event.channel().startsWith(target.substring(0, target.length() - 1))));
        }
    }

    List<Violation> check(List<Entry> history) {
        Set<Follower> followers = new LinkedHashSet<>();
        Map<String, Set<String>> heard = new HashMap<>();
        List<Entry> acked = new ArrayList<>();
        boolean calm = false;
        for (Entry entry : history) {
            if (entry.kind() == Kind.CALM) {
                calm = true;
            } else if (entry.kind() == Kind.ASKED) {
                followers.add(new Follower(entry.who(), entry.tenant(), entry.channel()));
            } else if (calm && entry.kind() == Kind.ACKED) {
                acked.add(entry);
            } else if (calm && entry.kind() == Kind.DELIVERED) {
                heard.computeIfAbsent(entry.id(), id -> new HashSet<>()).add(entry.who());
            }
        }
        List<Violation> found = new ArrayList<>();
        for (Entry ack : acked) {
            for (Follower follower : followers) {
                if (follower.follows(ack)
                        && !heard.getOrDefault(ack.id(), Set.of()).contains(follower.who())) {
                    found.add(new Violation(
                            Rule.STUCK,
                            follower.who(),
                            ack.tenant(),
                            ack.channel(),
                            ack.number(),
                            ack.id() + " has not come"));
                }
            }
        }
        return found;
    }
}
