package dev.tidings.checker.fault;

import dev.tidings.checker.cluster.Clock;
import dev.tidings.checker.cluster.ClusterRedis;
import dev.tidings.checker.cluster.Instance;
import dev.tidings.checker.cluster.Link;
import dev.tidings.checker.cluster.LocalStore;
import dev.tidings.checker.cluster.SentinelRedis;
import dev.tidings.checker.cluster.Signals;
import dev.tidings.checker.cluster.SingleRedis;
import dev.tidings.checker.cluster.Store;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.SmallFileSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

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
        switch (store) {
            case SingleRedis single -> faults.ofRedis(single);
            case SentinelRedis sentinel -> faults.ofSentinel(sentinel);
            case ClusterRedis cluster -> faults.ofCluster(cluster);
            case LocalStore local -> local.disk().ifPresent(faults::ofDisk);
            default -> throw new IllegalArgumentException(store.toString());
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
                () -> {
                    // One that is starting would rightly give up.
                    if (instance.server().isReady()) {
                        Signals.exhaustDescriptors(instance.server().process());
                    }
                },
                () -> Signals.restoreDescriptors(instance.server().process()));
        instance.loops().ifPresent(loops -> add("event loop blocked", target, loops::block, loops::release));
        instance.clock().ifPresent(clock -> ofClock(target, clock));
    }

    /** On both sides of what a token's times may be off, and within the time for which the log remembers ids. */
    private void ofClock(String target, Clock clock) {
        for (int seconds : List.of(4, 120, -4, -120)) {
            String kind = "clock " + (seconds < 0 ? "back" : "forward") + " by " + Math.abs(seconds) + " s";
            add(kind, target + "'s clock", () -> clock.step(seconds), () -> clock.step(0));
        }
    }

    private void ofLink(String target, String whose, Link link) {
        String there = whose.equals("Redis") ? "to Redis" : "to the service";
        String back = whose.equals("Redis") ? "from Redis" : "to clients";
        add("network cut both ways, " + whose, target, () -> link.hold(true, true), link::heal);
        add("network cut one way, " + there, target, () -> link.hold(true, false), link::heal);
        add("network cut one way, " + back, target, () -> link.hold(false, true), link::heal);
        add("connections reset and refused, " + whose, target, () -> link.reset(true), link::heal);
        add("latency of 500 ms each way, " + whose, target, () -> link.delay(500), link::heal);
    }

    private void ofRedis(SingleRedis single) {
        RedisServer redis = single.redis();
        String target = "Redis";
        add("Redis killed, restarted with its AOF", target, redis::kill, redis::restart);
        add("Redis stopped and resumed", target, redis::pause, redis::resume);
        killsClients(target, redis);
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

    private void killsClients(String target, RedisServer redis) {
        all.add(Fault.passing(
                "CLIENT KILL", target, () -> redis.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")));
    }

    /** The master is another one each time; what is done to it is undone to the same. */
    private void ofSentinel(SentinelRedis sentinel) {
        String target = "Redis";
        AtomicReference<RedisServer> victim =
                new AtomicReference<>(sentinel.servers().getFirst());
        Fault.Action choose = () -> {
            sentinel.awaitWhole();
            victim.set(sentinel.master());
        };
        loses(
                "master killed, failed over by Sentinel",
                target,
                choose,
                () -> victim.get().kill(),
                () -> {
                    awaitOther(sentinel, victim.get());
                    victim.get().restart();
                });
        loses(
                "master stopped, failed over by Sentinel, resumed",
                target,
                choose,
                () -> victim.get().pause(),
                () -> {
                    awaitOther(sentinel, victim.get());
                    victim.get().resume();
                });
        loses(
                "master killed while its replicas lagged behind",
                target,
                choose,
                () -> {
                    sentinel.replicas().forEach(replica -> replica.run("REPLICAOF", "127.0.0.1", "1"));
                    boolean unused = new CountDownLatch(1).await(700, TimeUnit.MILLISECONDS);
                    victim.get().kill();
                },
                () -> {
                    awaitOther(sentinel, victim.get());
                    victim.get().restart();
                });
        loses("failover asked of Sentinel", target, choose, sentinel::failOver, () -> {});
        sentinel.servers().forEach(server -> killsClients(target, server));
    }

    private void loses(String kind, String target, Fault.Action before, Fault.Action breaks, Fault.Action mends) {
        all.add(new Fault(
                kind,
                target,
                true,
                () -> {
                    before.run();
                    breaks.run();
                },
                mends));
    }

    private static void awaitOther(SentinelRedis sentinel, RedisServer than) {
        Awaitility.await("a failover")
                .atMost(Duration.ofSeconds(40))
                .until(() -> !sentinel.master().equals(than));
    }

    private void ofCluster(ClusterRedis cluster) {
        String target = "Redis Cluster";
        for (RedisServer node : cluster.nodes()) {
            add("node of the cluster lost, restarted with its AOF", target, node::kill, node::restart);
            add("node of the cluster stopped and resumed", target, node::pause, node::resume);
            killsClients(target, node);
        }
        for (int shard = 0; shard < cluster.shards(); shard++) {
            int moved = shard;
            all.add(Fault.passing("slot moved to another node", target, () -> {
                cluster.awaitWhole();
                cluster.move(moved);
            }));
        }
    }

    private void ofDisk(SmallFileSystem disk) {
        add(
                "disk full",
                "disk",
                () -> {
                    try {
                        disk.leave(0);
                    } catch (IOException fullBefore) {
                        // The log has taken the last of it: all the better.
                    }
                },
                disk::makeRoom);
    }
}
