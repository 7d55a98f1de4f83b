package dev.tidings.benchmark.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.Bench.Generating;
import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan;
import dev.tidings.benchmark.load.Plan.Kind;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Ability;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import dev.tidings.benchmark.peer.Tidings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** All clients come back at once, as after a broken network, and each wants what it missed. */
final class Storm implements Scenario {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLIENTS = 5_000;
    private static final int CHANNELS = 100;
    private static final int MISSED = 20;
    private static final int QUIET_SECONDS = 3;

    private final String name;
    private final boolean redis;

    /** @param redis whether the log is in Redis, whose commands are counted then */
    Storm(String name, boolean redis) {
        this.name = name;
        this.redis = redis;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "5 000 clients that were there before connect and subscribe at once, 50 to a channel, each resuming by"
                + " `since` 20 messages back; the log in " + (redis ? "Redis" : "memory");
    }

    @Override
    public List<String> columns() {
        return redis
                ? List.of(
                        "subscribed_s",
                        "caught_up_s",
                        "server_cpu_s",
                        "redis_commands",
                        "redis_commands_if_quiet",
                        "faults")
                : List.of("subscribed_s", "caught_up_s", "server_cpu_s", "faults");
    }

    @Override
    public boolean suits(Peer peer) {
        return peer.abilities().contains(Ability.RESUME)
                && (!redis || Machine.program("redis-server").isPresent());
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        if (!redis) {
            return run(bench, peer, 0);
        }
        try (Server store = bench.startRedis()) {
            return run(bench, peer, store.port());
        }
    }

    private List<Map<String, Object>> run(Bench bench, Peer peer, int redisPort) {
        Options options = bench.options();
        try (Server server = bench.start(peer, redisPort, options.text("server-core"), Purpose.SPEED)) {
            warm(bench, peer, server);
            int channels = options.scaled(CHANNELS);
            connectAndLeave(bench, peer, server, channels);
            List<String> epochs = publish(server.port(), peer, channels, options.size());
            Plan plan = plan(peer, server, options, channels, epochs);
            double quiet = Redis.sum(commandsIn(QUIET_SECONDS, redisPort)) / (double) QUIET_SECONDS;
            Map<String, Long> before = commands(redisPort);
            long began = System.nanoTime();
            List<Map<String, Object>> rows = bench.generate(plan);
            double seconds = (System.nanoTime() - began) / 1e9;
            Map<String, Long> commands = Redis.between(before, commands(redisPort));
            for (Map<String, Object> row : rows) {
                row.put("step", "storm");
                if (redis) {
                    row.put("redis_commands", Redis.sum(commands));
                    row.put("redis_commands_if_quiet", quiet * seconds);
                    row.put("redis_commands_by_name", commands);
                }
            }
            return rows;
        }
    }

    private static Plan plan(Peer peer, Server server, Options options, int channels, List<String> epochs) {
        int clients = options.scaled(CLIENTS);
        String since = "{\"epoch\":\"{position}\",\"offset\":0}";
        return new Plan(
                Kind.STORM,
                server.processes(),
                channels,
                peer.channels(),
                options.size(),
                epochs,
                Tidings.resuming(server.port(), clients, clients, since, MISSED),
                peer.publishing(server.port(), Way.HTTP),
                List.of());
    }

    /** All clients have been there, and are gone when the messages come that they miss. */
    private static void connectAndLeave(Bench bench, Peer peer, Server server, int channels) {
        Options options = bench.options();
        Plan plan = new Plan(
                Kind.HOLD,
                server.processes(),
                channels,
                peer.channels(),
                options.size(),
                List.of(),
                peer.subscribing(server.port(), options.scaled(CLIENTS)),
                peer.publishing(server.port(), Way.HTTP),
                List.of());
        try (Generating generating = bench.begin(plan)) {
            generating.next();
            generating.release();
            generating.rest();
        }
    }

    /** Connects and delivers for a while, on channels of other names. */
    private static void warm(Bench bench, Peer peer, Server server) {
        Options options = bench.options();
        bench.generate(new Plan(
                Kind.LOAD,
                server.processes(),
                1,
                "warm:{index}",
                options.size(),
                List.of(),
                peer.subscribing(server.port(), options.scaled(1_000)),
                peer.publishing(server.port(), Way.HTTP),
                Scenarios.fixed(options, 20)));
    }

    /** Publishes to each channel what will be missed; says the channels' epochs. */
    private static List<String> publish(int port, Peer peer, int channels, int size) {
        StringBuilder lines = new StringBuilder();
        Publishing how = Tidings.bulk(port, 1);
        for (int number = 1; number <= MISSED; number++) {
            String data = "{\"ts\":1,\"n\":%d,\"pad\":\"".formatted(number);
            data += "x".repeat(size - data.length() - 2) + "\"}";
            for (int channel = 0; channel < channels; channel++) {
                String called = peer.channels().replace("{index}", Integer.toString(channel));
                lines.append(how.body().replace("{channel}", called).replace("{data}", data))
                        .append('\n');
            }
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + how.path()));
        how.headers().forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(
                            request.POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            List<String> epochs = new ArrayList<>();
            for (String line : answer.lines().limit(channels).toList()) {
                JsonNode epoch = JSON.readTree(line).path("epoch");
                if (!epoch.isTextual()) {
                    throw new IllegalStateException("a message was refused: " + line);
                }
                epochs.add(epoch.textValue());
            }
            return epochs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a Redis carries out while nothing happens: instances tell it that they are there. */
    private static Map<String, Long> commandsIn(int seconds, int redisPort) {
        Map<String, Long> before = commands(redisPort);
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return Redis.between(before, commands(redisPort));
    }

    /** What a Redis has carried out so far; nothing where there is none. */
    private static Map<String, Long> commands(int redisPort) {
        return redisPort == 0 ? Map.of() : Redis.commands(redisPort);
    }
}
