package dev.tidings.checker.fault;

import dev.tidings.checker.cluster.Instance;
import dev.tidings.checker.cluster.Link;
import dev.tidings.checker.cluster.Signals;
import dev.tidings.checker.cluster.SingleRedis;
import dev.tidings.checker.cluster.Store;
import dev.tidings.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;

/** What can be broken of instances, of the ways between, and of what keeps the log. */
public final class Faults {
    private final List<Fault> all = new ArrayList<>();

    private Faults() {}

    /** All that there are for these, always in the same order. */
    public static List<Fault> of(List<Instance> instances, Store store) {
        Faults faults = new Faults();
        for (int i = 0; i < instances.size(); i++) {
            faults.ofInstance("instance " + (i + 1), instances.get(i), store.endsWithTheInstance());
            faults.ofLink(
                    "clients to instance " + (i + 1),
                    "clients",
                    instances.get(i).door());
            faults.passing(
                    "clients thrown out at once",
                    "clients to instance " + (i + 1),
                    instances.get(i).door());
        }
        for (int i = 0; i < store.links().size(); i++) {
            faults.ofLink(
                    "instance " + (i + 1) + " to Redis", "Redis", store.links().get(i));
        }
        if (store instanceof SingleRedis single) {
            faults.ofRedis(single.redis());
        }
        return faults.all;
    }

    private void add(String kind, String target, Fault.Action breaks, Fault.Action mends) {
        all.add(Fault.of(kind, target, breaks, mends));
    }

    private void passing(String kind, String target, Link link) {
        all.add(Fault.passing(kind, target, () -> link.reset(false)));
    }

    private void ofInstance(String target, Instance instance, boolean losesData) {
        all.add(new Fault("instance killed", target, losesData, instance::kill, instance::revive));
        all.add(new Fault("instance restarted", target, losesData, instance::terminate, instance::revive));
        add(
                "instance stopped and resumed",
                target,
                () -> Signals.send(instance.server().process(), "STOP"),
                () -> Signals.send(instance.server().process(), "CONT"));
        add(
                "file descriptors exhausted",
                target,
                () -> Signals.exhaustDescriptors(instance.server().process()),
                () -> Signals.restoreDescriptors(instance.server().process()));
    }

    private void ofLink(String target, String whose, Link link) {
        add(whose + ": cut both ways, silently", target, () -> link.hold(true, true), link::heal);
        add(
                whose + ": cut towards the service".replace("service", whose.equals("Redis") ? "log" : "service"),
                target,
                () -> link.hold(true, false),
                link::heal);
        add(whose + ": cut one way back", target, () -> link.hold(false, true), link::heal);
        add(whose + ": connections reset and refused", target, () -> link.reset(true), link::heal);
        add(whose + ": 500 ms of latency", target, () -> link.delay(500), link::heal);
    }

    private void ofRedis(RedisServer redis) {
        String target = "Redis";
        add("Redis killed and restarted", target, redis::kill, redis::restart);
        add("Redis stopped and resumed", target, redis::pause, redis::resume);
        all.add(Fault.passing("CLIENT KILL", target, () -> redis.run("CLIENT", "KILL", "TYPE", "normal")));
        add(
                "Redis out of memory",
                target,
                () -> redis.run("CONFIG", "SET", "maxmemory", "1mb"),
                () -> redis.run("CONFIG", "SET", "maxmemory", "0"));
        add(
                "Redis a read-only replica",
                target,
                () -> redis.run("REPLICAOF", "127.0.0.1", "1"),
                () -> redis.run("REPLICAOF", "NO", "ONE"));
    }
}
