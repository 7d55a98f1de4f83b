package dev.tidings.source;

import dev.tidings.source.host.HostName;
import dev.tidings.source.host.HostPoller;
import dev.tidings.source.tmux.TmuxPoller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the configuration of all pollers, and sees that they can run side by side. */
final class Plans {
    private Plans() {}

    /**
     * The pollers that are to run. Those that are turned off have to be possible too.
     *
     * @throws IllegalArgumentException when something is impossible; one line that names the key
     */
    static List<Plan> read(PollersConfig config, Map<String, String> environment) {
        Map<String, PollersConfig.PollerConfig> all = new TreeMap<>(config.pollers());
        for (String name : List.of("host", "tmux")) {
            all.computeIfAbsent(name, missing -> config.pollers().get(missing));
        }
        List<Plan> plans = new ArrayList<>();
        all.forEach((name, each) -> {
            Plan plan = PlanReader.read(name, each, environment);
            if (plan.enabled()) {
                plans.add(plan);
            }
        });
        requireDistinct(plans, HostName.find(environment));
        return List.copyOf(plans);
    }

    /** Two pollers that write the same states would undo each other's work for ever. */
    private static void requireDistinct(List<Plan> plans, String host) {
        Map<String, Plan> writers = new HashMap<>();
        for (Plan plan : plans) {
            String what = written(plan, host);
            Plan other = writers.putIfAbsent(what, plan);
            if (other != null) {
                throw new IllegalArgumentException("tidings.pollers." + plan.name() + " is for " + what
                        + ", as tidings.pollers." + other.name() + " is; allowed is one poller for each");
            }
        }
        for (Plan tmux : plans) {
            if (tmux.source() instanceof Plan.Tmux) {
                plans.forEach(other -> requireOutside(tmux, other));
            }
        }
    }

    private static void requireOutside(Plan tmux, Plan other) {
        if (other.source() instanceof Plan.Http(var target)
                && other.tenant().equals(tmux.tenant())
                && target.channel().namespace().equals(TmuxPoller.NAMESPACE)) {
            throw new IllegalArgumentException("tidings.pollers." + other.name() + ".channel is \"" + target.channel()
                    + "\"; allowed is a channel outside of " + TmuxPoller.NAMESPACE + ":*, where tidings.pollers."
                    + tmux.name() + " writes");
        }
    }

    private static String written(Plan plan, String host) {
        String what = switch (plan.source()) {
            case Plan.Tmux tmux -> "the tmux server " + tmux.server().name();
            case Plan.Http(var target) -> "the channel " + target.channel();
            case Plan.Host here -> "the channel " + HostPoller.channel(host);
        };
        return what + " of tenant " + plan.tenant();
    }
}
