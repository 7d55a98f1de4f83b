package dev.tidings.device.group;

import dev.tidings.event.ChannelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which groups each device is in, as far as this instance has heard. Read on any thread, written by one at a time. */
final class Memberships {
    /** Never more for one device: each is an event for each of its changes. */
    static final int MOST_GROUPS = 16;

    private final Map<ChannelKey, List<ChannelKey>> groupsOf = new ConcurrentHashMap<>();
    private final Map<ChannelKey, Set<ChannelKey>> devicesOf = new HashMap<>();

    /** The channels of a device's groups; empty for one that is in none. */
    List<ChannelKey> groups(ChannelKey device) {
        return groupsOf.getOrDefault(device, List.of());
    }

    /** A group is so from now on; answers the devices that were not in it before. */
    Set<ChannelKey> put(Group group) {
        Set<ChannelKey> now = new HashSet<>();
        group.members().forEach(member -> now.add(group.device(member)));
        Set<ChannelKey> before = devicesOf.getOrDefault(group.channel(), Set.of());
        before.stream().filter(device -> !now.contains(device)).forEach(device -> leave(device, group.channel()));
        Set<ChannelKey> added = new HashSet<>(now);
        added.removeAll(before);
        added.removeIf(device -> !join(device, group.channel()));
        devicesOf.put(group.channel(), now);
        return added;
    }

    /** A group is no more. */
    void remove(ChannelKey group) {
        Set<ChannelKey> before = devicesOf.remove(group);
        if (before != null) {
            before.forEach(device -> leave(device, group));
        }
    }

    /** The groups that are known. */
    Set<ChannelKey> all() {
        return Set.copyOf(devicesOf.keySet());
    }

    private boolean join(ChannelKey device, ChannelKey group) {
        List<ChannelKey> groups = new ArrayList<>(groups(device));
        boolean joins = groups.size() < MOST_GROUPS && !groups.contains(group);
        if (joins) {
            groups.add(group);
            groupsOf.put(device, List.copyOf(groups));
        }
        return joins;
    }

    private void leave(ChannelKey device, ChannelKey group) {
        List<ChannelKey> groups = new ArrayList<>(groups(device));
        groups.remove(group);
        if (groups.isEmpty()) {
            groupsOf.remove(device);
        } else {
            groupsOf.put(device, List.copyOf(groups));
        }
    }
}
