package dev.tidings.checker.cluster;

import dev.tidings.testing.Ports;
import dev.tidings.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Redis with two replicas, and three Sentinels that put one of these in its place. A master that has lost its replicas takes nothing
 * after a second or two.
 */
public final class SentinelRedis implements Store {
    private static final String NAME = "checked";
    private static final int SENTINELS = 3;
    private static final int SERVERS = 3;

    private final List<RedisServer> servers =
            Stream.generate(SentinelRedis::startServer).limit(SERVERS).toList();
    private final List<Process> sentinels = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();

    /** Starts all, and waits until a failover would succeed. */
    public SentinelRedis() {
        RedisServer first = servers.getFirst();
        servers.stream()
                .skip(1)
                .forEach(server -> server.run("REPLICAOF", "127.0.0.1", Integer.toString(first.port())));
        try {
            for (int i = 0; i < SENTINELS; i++) {
                startSentinel();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitWhole();
    }

    private static RedisServer startServer() {
        return RedisServer.start(
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--min-replicas-to-write",
                "1",
                "--min-replicas-max-lag",
                "2");
    }

    private void startSentinel() throws IOException {
        int port = Ports.free();
        Path directory = Files.createTempDirectory("tidings-sentinel");
        Path configuration = Files.writeString(directory.resolve("sentinel.conf"), """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor %3$s 127.0.0.1 %4$d 2
                sentinel down-after-milliseconds %3$s 1000
                sentinel failover-timeout %3$s 3000
                """.formatted(
                        port, directory, NAME, servers.get(0).port()));
        sentinels.add(new ProcessBuilder("redis-server", configuration.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sentinel.log").toFile())
                .start());
        ports.add(port);
        directories.add(directory);
    }

    /** The one that the Sentinels know as the master; the first where they cannot be asked. */
    public RedisServer master() {
        String answer = RedisServer.askSentinel(ports.getFirst(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
        return servers.stream()
                .filter(server -> answer.contains("\r\n" + server.port() + "\r\n"))
                .findFirst()
                .orElse(servers.getFirst());
    }

    /** Those that are not the master. */
    public List<RedisServer> replicas() {
        RedisServer master = master();
        return servers.stream().filter(server -> !server.equals(master)).toList();
    }

    /** Has the Sentinels put another one in the master's place. */
    public void failOver() {
        RedisServer.askSentinel(ports.getFirst(), "SENTINEL", "FAILOVER", NAME);
    }

    public List<RedisServer> servers() {
        return servers;
    }

    @Override
    public Map<String, String> settings(int instance) {
        return Map.of(
                "tidings.log.backend",
                "redis",
                "quarkus.redis.hosts",
                ports.stream().map(port -> "redis://127.0.0.1:" + port).collect(Collectors.joining(",")),
                "quarkus.redis.client-type",
                "sentinel",
                "quarkus.redis.master-name",
                NAME);
    }

    @Override
    public List<Link> links() {
        return List.of();
    }

    @Override
    public boolean isElsewhere() {
        return true;
    }

    @Override
    public boolean endsWithTheInstance() {
        return false;
    }

    /** A master that has its replicas, and Sentinels that know both and each other. */
    @Override
    public void awaitWhole() {
        Awaitility.await("a master with its replicas")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .ignoreException(UncheckedIOException.class)
                .until(() -> {
                    String replication = master().run("INFO", "replication");
                    String known = RedisServer.askSentinel(ports.getFirst(), "SENTINEL", "MASTER", NAME);
                    return replication.contains("role:master")
                            && replication.split("state=online", -1).length == SERVERS
                            && known.contains("num-slaves\r\n$1\r\n2")
                            && known.contains("num-other-sentinels\r\n$1\r\n2")
                            && known.contains("flags\r\n$6\r\nmaster");
                });
    }

    @Override
    public void close() {
        for (Process sentinel : sentinels) {
            sentinel.destroyForcibly();
            try {
                boolean unused = sentinel.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        directories.forEach(directory -> LocalStore.delete(directory));
        servers.forEach(RedisServer::close);
    }
}
