package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pollers whose log is in Redis: restarts, several instances, and Redis itself gone for a while. */
class PollersIT {
    private static final String STATE = "/api/v1/channels/watched:it/state";
    private static final String EVENTS = "/api/v1/channels/watched:it/events";

    private final List<TidingsServer> instances = new ArrayList<>();
    private Endpoint endpoint;
    private RedisServer redis;

    @BeforeEach
    void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.startDurable();
        endpoint = new Endpoint();
        show(1);
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            instances.forEach(TidingsServer::close);
            endpoint.close();
            redis.close();
        }
    }

    private TidingsServer instance() {
        TidingsServer instance = TidingsServer.start(Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.pollers.it.kind", "http",
                "tidings.pollers.it.url", endpoint.url("/it"),
                "tidings.pollers.it.channel", "watched:it",
                "tidings.pollers.it.interval", "100ms"));
        instances.add(instance);
        return instance;
    }

    private void show(int value) {
        endpoint.answer("/it", "{'value':" + value + ",'same':true}");
    }

    @Test
    void aRestartNeitherRepeatsNorMissesTheNetChange() {
        TidingsServer before = instance();
        awaitValue(before, 1);
        before.close();
        show(2);
        show(3);
        TidingsServer after = instance();
        awaitValue(after, 3);
        awaitMoreRequests(5);
        assertThat(payloads(after))
                .containsExactly(
                        json("{'patch':{'value':1,'same':true},'previous':{'value':null,'same':null}}"),
                        json("{'patch':{'value':3},'previous':{'value':1}}"));
    }

    @Test
    void oneOfTwoInstancesPollsAndWhenItIsKilledTheOtherTakesOver() {
        TidingsServer one = instance();
        TidingsServer two = instance();
        awaitValue(two, 1);
        awaitMoreRequests(20);
        boolean firstPolls = looks(one) > 0;
        assertThat(looks(firstPolls ? two : one)).isZero();
        TidingsServer polls = firstPolls ? one : two;
        TidingsServer waits = firstPolls ? two : one;
        double looksBefore = looks(polls);
        int asked = endpoint.asked("/it").size();
        // A look is counted after the endpoint was asked.
        assertThat(asked).as("nobody else asks").isBetween((int) looksBefore, (int) looks(polls) + 1);

        polls.kill();
        show(2);
        Awaitility.await("the take-over").atMost(Duration.ofSeconds(10)).until(() -> value(waits) == 2);
        awaitMoreRequests(5);
        assertThat(payloads(waits)).hasSize(2).endsWith(json("{'patch':{'value':2},'previous':{'value':1}}"));
    }

    @Test
    void aChangeWhileRedisIsGoneIsWrittenOnceWhenItIsBack() {
        TidingsServer instance = instance();
        awaitValue(instance, 1);
        redis.kill();
        show(2);
        Awaitility.await("a change that is seen and not stored")
                .until(() -> instance.output().contains("what it sees cannot be stored now"));
        show(3);
        redis.restart();
        awaitValue(instance, 3);
        awaitMoreRequests(5);
        assertThat(payloads(instance)).hasSize(2).endsWith(json("{'patch':{'value':3},'previous':{'value':1}}"));
        assertThat(instance.output())
                .contains("what it sees can be stored again")
                .doesNotContain("\tat ");
    }

    @Test
    void whatRedisLostIsWrittenAgainAlthoughNothingChanged() {
        TidingsServer instance = instance();
        awaitValue(instance, 1);
        redis.kill();
        redis.forget();
        redis.restart();
        awaitValue(instance, 1);
        assertThat(payloads(instance))
                .containsExactly(json("{'patch':{'value':1,'same':true},'previous':{'value':null,'same':null}}"));
    }

    private void awaitMoreRequests(int more) {
        int before = endpoint.asked("/it").size();
        Awaitility.await("requests")
                .atMost(Duration.ofSeconds(10))
                .until(() -> endpoint.asked("/it").size() >= before + more);
    }

    private static void awaitValue(TidingsServer server, int value) {
        Awaitility.await("the value " + value).atMost(Duration.ofSeconds(20)).until(() -> value(server) == value);
    }

    private static int value(TidingsServer server) {
        return get(server, STATE).path("value").asInt();
    }

    /** The payloads of all changes of the state. */
    private static List<JsonNode> payloads(TidingsServer server) {
        List<JsonNode> payloads = new ArrayList<>();
        get(server, EVENTS).path("events").forEach(event -> {
            assertThat(event.path("event").asText()).isEqualTo("state.changed");
            payloads.add(event.path("payload"));
        });
        return payloads;
    }

    private static double looks(TidingsServer server) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_poller_runs_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static JsonNode get(TidingsServer server, String path) {
        return WsClient.parse(
                server.send(server.request(path, Tokens.token("ada", "*:*")).build())
                        .body());
    }

    private static JsonNode json(String text) {
        return WsClient.parse(text.replace('\'', '"'));
    }
}
