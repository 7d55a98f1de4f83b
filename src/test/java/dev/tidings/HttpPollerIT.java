package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpHandler;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.Events;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** JSON endpoints of a real HTTP server, as a subscriber of the running service hears of them. */
class HttpPollerIT {
    private static final int MANY = 20;
    private static final CountDownLatch ENDED = new CountDownLatch(1);

    private static Endpoint endpoint;
    private static TidingsServer server;

    private WsClient client;

    @BeforeAll
    static void startService() {
        endpoint = new Endpoint();
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.log.category.\"dev.tidings\".level", "DEBUG");
        watch(settings, "room");
        settings.put("tidings.pollers.room.pointer", "/data/now");
        settings.put("tidings.pollers.room.headers.Authorization", "Bearer s3cret");
        settings.put("tidings.pollers.room.dead-band.\"/temperature\"", "0.5");
        watch(settings, "cached");
        watch(settings, "faulty");
        settings.put("tidings.pollers.faulty.max-size", "1K");
        settings.put("tidings.pollers.faulty.timeout", "300ms");
        for (int i = 0; i < MANY; i++) {
            watch(settings, "many" + i);
            endpoint.answer("/many" + i, "{'value':" + i + "}");
        }
        endpoint.answer("/room", "{'data':{'now':{'temperature':20.0,'lamp':'off'}}}");
        endpoint.answer("/faulty", "{'value':1}");
        endpoint.answer("/cached", cached("{\"value\":1}"));
        server = TidingsServer.start(settings);
    }

    private static void watch(Map<String, String> settings, String name) {
        settings.put("tidings.pollers." + name + ".kind", "http");
        settings.put("tidings.pollers." + name + ".url", endpoint.url("/" + name) + "?key=s3cret");
        settings.put("tidings.pollers." + name + ".channel", "watched:" + name);
        settings.put("tidings.pollers." + name + ".interval", "100ms");
        settings.put("tidings.pollers." + name + ".back-off", "200ms");
    }

    @AfterAll
    static void stopService() {
        ENDED.countDown();
        if (server != null) {
            server.close();
        }
        endpoint.close();
    }

    @BeforeEach
    void connect() {
        client = WsClient.connect(server);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void aPartOfTheAnswerIsTheStateAndSmallChangesAreHeldBack() {
        awaitState("room", "{'temperature':20.0,'lamp':'off'}");
        Events events = Events.of(client, "watched:room");
        endpoint.answer("/room", "{'data':{'now':{'temperature':20.4,'lamp':'on'}},'other':1}");
        JsonNode lamp = events.await("watched:room", "state.changed");
        assertThat(lamp.path("payload"))
                .as("the temperature is within its dead-band")
                .isEqualTo(json("{'patch':{'lamp':'on'},'previous':{'lamp':'off'}}"));
        endpoint.answer("/room", "{'data':{'now':{'temperature':20.5,'lamp':'on'}}}");
        assertThat(events.await("watched:room", "state.changed").path("payload"))
                .isEqualTo(json("{'patch':{'temperature':20.5},'previous':{'temperature':20.0}}"));
        awaitMoreRequests("/room");
        assertThat(events.types("watched:room")).hasSize(2);

        assertThat(endpoint.asked("/room").getLast().headers().get("Authorization"))
                .containsExactly("Bearer s3cret");
        assertThat(server.output()).contains("Tidings is at").doesNotContain("s3cret");
    }

    @Test
    void anAnswerThatIsNotModifiedIsNoChange() {
        awaitState("cached", "{'value':1}");
        Events events = Events.of(client, "watched:cached");
        awaitMoreRequests("/cached");
        assertThat(endpoint.asked("/cached").getLast().headers()).containsKey("If-none-match");
        assertThat(events.types("watched:cached")).isEmpty();
        endpoint.answer("/cached", cached("{\"value\":2}"));
        assertThat(events.await("watched:cached", "state.changed").path("payload"))
                .isEqualTo(json("{'patch':{'value':2},'previous':{'value':1}}"));
    }

    @Test
    void eachFaultIsToldOnceWithItsReasonAndTheStateStays() {
        Map<String, HttpHandler> faults = new LinkedHashMap<>();
        faults.put(
                "the answer is larger than 1024 bytes", x -> Endpoint.respond(x, 200, "{\"a\":\"" + "x".repeat(1024)));
        faults.put("the answer is not JSON", x -> Endpoint.respond(x, 200, "<html>"));
        faults.put("the answer is array, not an object", x -> Endpoint.respond(x, 200, "[1]"));
        faults.put("answered with status 500", x -> Endpoint.respond(x, 500, "{\"value\":9}"));
        faults.put("did not answer within 300 ms", x -> awaitEnd());
        faults.put("redirected to another host", x -> {
            x.getResponseHeaders().add("Location", "http://localhost:1/");
            Endpoint.respond(x, 302, "");
        });
        awaitState("faulty", "{'value':1}");
        Events events = Events.of(client, "watched:faulty");
        faults.forEach((reason, fault) -> {
            endpoint.answer("/faulty", fault);
            assertThat(events.await("watched:faulty", "state.stale").path("payload"))
                    .isEqualTo(json("{'reason':'" + reason + "','source':'faulty'}"));
            awaitMoreRequests("/faulty");
            awaitState("faulty", "{'value':1}");
            endpoint.answer("/faulty", "{'value':1}");
            events.await("watched:faulty", "state.fresh");
        });
        assertThat(events.types("watched:faulty"))
                .as("each once, and no change")
                .hasSize(2 * faults.size())
                .containsOnly("state.stale", "state.fresh");

        endpoint.answer("/moved", "{'value':1,'moved':true}");
        endpoint.answer("/faulty", x -> {
            x.getResponseHeaders().add("Location", "/moved");
            Endpoint.respond(x, 302, "");
        });
        assertThat(events.await("watched:faulty", "state.changed").path("payload"))
                .isEqualTo(json("{'patch':{'moved':true},'previous':{'moved':null}}"));
    }

    @Test
    void manyTargetsGoStaleTogetherAndComeBackWithWhatChanged() {
        IntStream.range(0, MANY).forEach(i -> awaitState("many" + i, "{'value':" + i + "}"));
        Events events = Events.of(client, "watched:many*");
        endpoint.goAway();
        for (int i = 0; i < MANY; i++) {
            String channel = "watched:many" + i;
            JsonNode stale = events.heard().stream()
                    .filter(event -> Events.isOf(event, channel, "state.stale"))
                    .findFirst()
                    .orElseGet(() -> events.await(channel, "state.stale"));
            assertThat(stale.at("/payload/reason").asText())
                    .as("whether it was just being asked or not")
                    .isIn("cannot be reached: no connection", "cannot be reached: the connection broke");
        }
        endpoint.answer("/many3", "{'value':33}");
        endpoint.comeBack();
        assertThat(events.await("watched:many3", "state.changed").path("payload"))
                .isEqualTo(json("{'patch':{'value':33},'previous':{'value':3}}"));
        for (int i = 0; i < MANY; i++) {
            String channel = "watched:many" + i;
            Awaitility.await(channel).until(() -> events.types(channel).contains("state.fresh"));
            assertThat(events.types(channel))
                    .filteredOn(type -> !type.equals("state.changed"))
                    .containsExactly("state.stale", "state.fresh");
        }
    }

    private static HttpHandler cached(String body) {
        String tag = "\"" + body.hashCode() + "\"";
        return exchange -> {
            exchange.getResponseHeaders().add("ETag", tag);
            boolean same = tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            Endpoint.respond(exchange, same ? 304 : 200, same ? "" : body);
        };
    }

    private static void awaitEnd() {
        try {
            ENDED.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitMoreRequests(String path) {
        int before = endpoint.asked(path).size();
        Awaitility.await("requests").until(() -> endpoint.asked(path).size() >= before + 5);
    }

    private static void awaitState(String name, String state) {
        Awaitility.await(name)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(WsClient.parse(server.send(server.request(
                                                "/api/v1/channels/watched:" + name + "/state",
                                                Tokens.token("ada", "*:*"))
                                        .build())
                                .body()))
                        .isEqualTo(json(state)));
    }

    private static JsonNode json(String text) {
        return WsClient.parse(text.replace('\'', '"'));
    }
}
