package dev.tidings.checker.cluster;

import dev.tidings.testing.Ports;
import dev.tidings.testing.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One Redis that writes everything to disk before it answers, and a way of its own to it for each instance. */
public final class SingleRedis implements Store {
    private final RedisServer redis = RedisServer.startDurable();
    private final List<Link> links;

    public SingleRedis(int instances) {
        links = Stream.generate(() -> new Link(Ports.free(), redis.port()))
                .limit(instances)
                .toList();
    }

    public RedisServer redis() {
        return redis;
    }

    @Override
    public Map<String, String> settings(int instance) {
        return Map.of(
                "tidings.log.backend",
                "redis",
                "quarkus.redis.hosts",
                "redis://127.0.0.1:" + links.get(instance).port());
    }

    @Override
    public List<Link> links() {
        return links;
    }

    @Override
    public boolean isElsewhere() {
        return true;
    }

    @Override
    public boolean endsWithTheInstance() {
        return false;
    }

    @Override
    public void awaitWhole() {
        // It is whole as soon as it answers, for which those wait who start it.
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        redis.close();
    }
}
