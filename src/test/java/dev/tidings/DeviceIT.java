package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices over REST and as handlers of commands; a real HTTP server is the devices. */
class DeviceIT {
    private static final String ADMIN = Tokens.token("ada", "*:*");
    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static final String OF_MOTOR = "tidings.devices.types.motor.properties.";

    private static Endpoint plant;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        plant = new Endpoint();
        Map<String, String> settings = new HashMap<>(Map.of(
                OF_MOTOR + "speed.type", "integer",
                OF_MOTOR + "speed.unit", "rpm",
                OF_MOTOR + "speed.min", "0",
                OF_MOTOR + "speed.max", "3000",
                OF_MOTOR + "speed.required", "true",
                OF_MOTOR + "mode.type", "enum",
                OF_MOTOR + "mode.values", "manual,auto",
                OF_MOTOR + "temperature.type", "number",
                OF_MOTOR + "temperature.read-only", "true"));
        settings.put(OF_MOTOR + "on.type", "boolean");
        settings.put(OF_MOTOR + "label.type", "string");
        settings.put(OF_MOTOR + "label.max-length", "5");
        settings.put("tidings.devices.timeout", "1s");
        driver(settings, "press", "press_*");
        driver(settings, "slow", "slow_*");
        driver(settings, "hand", "hand_01");
        settings.put("tidings.devices.drivers.hand.interval", "100ms");
        settings.put("tidings.devices.drivers.hand.type", "motor");
        driver(settings, "mute", "mute_01");
        settings.put("tidings.devices.drivers.mute.interval", "100ms");
        settings.put("tidings.devices.drivers.nowhere.kind", "http");
        settings.put("tidings.devices.drivers.nowhere.devices", "nowhere_01");
        settings.put("tidings.devices.drivers.nowhere.url", "http://127.0.0.1:1/s3cret");
        plant.answer("/slow_01", DeviceIT::never).answer("/slow_02", "null");
        plant.answer("/hand_01", "{'speed':1,'device_type':'spy'}");
        plant.answer("/mute_01", "{'speed':1}");
        server = TidingsServer.start(settings);
    }

    private static void driver(Map<String, String> settings, String name, String devices) {
        String prefix = "tidings.devices.drivers." + name;
        settings.put(prefix + ".kind", "http");
        settings.put(prefix + ".devices", devices);
        settings.put(prefix + ".url", plant.url("/{id}"));
        settings.put(prefix + ".headers.Authorization", "Bearer t0ken");
    }

    private static void never(HttpExchange exchange) {
        try {
            ENDED.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    static void stop() {
        ENDED.countDown();
        server.close();
        plant.close();
    }

    @Test
    void aChangeIsMergedAndSaysWhatWasAndWhatIs() {
        create("motor_01", "{\"device_type\":\"motor\",\"speed\":100,\"mode\":\"auto\"}");
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:motor_01", "{}");
            JsonNode answer = ok(change("motor_01", "{\"speed\":150,\"mode\":\"auto\"}"));
            assertThat(answer)
                    .isEqualTo(WsClient.parse(
                            "{\"device_id\":\"motor_01\",\"device_type\":\"motor\",\"previous_state\":{\"speed\":100},"
                                    + "\"new_state\":{\"speed\":150},\"changed\":true,\"action\":\"device_control\"}"));
            JsonNode event = panel.expect("message");
            assertThat(event.path("id").asText()).startsWith("control-");
            assertThat(event.at("/payload/patch").toString()).isEqualTo("{\"speed\":150}");
        }
        JsonNode same = ok(change("motor_01", "{\"speed\":150.0}"));
        assertThat(same.path("changed").asBoolean()).isFalse();
        assertThat(same.path("new_state").toString()).isEqualTo("{}");
        JsonNode device = ok(get("/api/v1/devices/motor_01", ADMIN));
        assertThat(device.path("device_type").asText()).isEqualTo("motor");
        assertThat(device.at("/state/speed").asInt()).isEqualTo(150);
        assertThat(device.path("offset").asLong()).isEqualTo(2);
    }

    @Test
    void typesAreToldToWhoeverHasAToken() {
        String path = "/api/v1/device-types";
        JsonNode types = ok(get(path, Tokens.token("eve", "subscribe:nothing:1")));
        assertThat(types.at("/items/0/name").asText()).isEqualTo("motor");
        JsonNode properties = types.at("/items/0/properties");
        assertThat(properties.path("speed"))
                .isEqualTo(WsClient.parse("{\"type\":\"integer\",\"unit\":\"rpm\",\"min\":0,\"max\":3000,"
                        + "\"read_only\":false,\"required\":true}"));
        assertThat(properties.at("/mode/values").toString()).isEqualTo("[\"manual\",\"auto\"]");
        assertThat(properties.at("/label/max_length").asInt()).isEqualTo(5);
        assertThat(properties.at("/temperature/read_only").asBoolean()).isTrue();
        assertThat(server.get(path).statusCode()).isEqualTo(401);
        assertThat(get(path, "nonsense").statusCode()).isEqualTo(401);
        assertThat(get(path + "?limit=1", ADMIN).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"speed":15000}            | /speed       | speed is 15000; allowed is a whole number from 0 to 3000 rpm
            {"speed":-1}               | /speed       | speed is -1; allowed is a whole number from 0 to 3000 rpm
            {"speed":1.5}              | /speed       | speed is 1.5; allowed is a whole number from 0 to 3000 rpm
            {"speed":"fast"}           | /speed       | speed is "fast"; allowed is a whole number from 0 to 3000 rpm
            {"speed":1e9999}           | /speed       | allowed is a whole number from 0 to 3000 rpm
            {"speed":null}             | /speed       | speed is null; allowed is a whole number from 0 to 3000 rpm
            {"on":true,"mode":"off"}   | /mode        | mode is "off"; allowed is one of manual, auto, or null to remove it
            {"on":1}                   | /on          | on is 1; allowed is true or false
            {"label":"longer"}         | /label       | label is "longer"; allowed is a string of at most 5 characters
            {"label":{}}               | /label       | label is {}; allowed is a string of at most 5 characters
            {"temperature":20}         | /temperature | temperature is 20; allowed is nothing: the device alone says what it is
            {"sped":150}               | /sped        | "sped" is no property of a device of type motor; allowed are label, mode, on, speed, temperature
            {"a/b~":1}                 | /a~1b~0      | "a/b~" is no property
            {"device_type":"lamp"}     | /device_type | device_type is "lamp"; allowed is nothing
            """)
    void whatTheTypeDoesNotAllowIsNamedAndNothingMoves(String change, String at, String detail) {
        create("press_typed", "{\"device_type\":\"motor\",\"speed\":100}");
        HttpResponse<String> answer = change("press_typed", change);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        JsonNode problem = WsClient.parse(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo("invalid_message");
        assertThat(problem.path("detail").asText()).contains(detail);
        assertThat(problem.at("/details/at").asText()).isEqualTo(at);
        assertThat(plant.asked("/press_typed")).isEmpty();
        assertThat(state("press_typed").path("speed").asInt()).isEqualTo(100);
    }

    @Test
    void anUntypedDeviceTakesWhatIsAnObject() {
        create("lamp", "{\"on\":true}");
        JsonNode answer = ok(change("lamp", "{\"color\":{\"hue\":20},\"on\":null}"));
        assertThat(answer.path("device_type").isNull()).isTrue();
        assertThat(answer.path("previous_state").toString()).isEqualTo("{\"on\":true,\"color\":null}");
        assertThat(state("lamp").toString()).isEqualTo("{\"color\":{\"hue\":20}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "null", "{}", "{\"speed\":", "{\"speed\":1}{}"})
    void whatIsNoChangeIsRefused(String body) {
        create("lamp_2", "{\"on\":true}");
        assertThat(change("lamp_2", body).statusCode()).isEqualTo(400);
        assertThat(state("lamp_2").toString()).isEqualTo("{\"on\":true}");
    }

    @Test
    void aChangeHasACauseIfItIsAnId() {
        create("lamp_3", "{\"on\":true}");
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:lamp_3", "{}");
            assertThat(change("lamp_3?cause=a%20b", "{\"on\":false}").statusCode())
                    .isEqualTo(400);
            assertThat(change("lamp_3?cause=", "{\"on\":false}").statusCode()).isEqualTo(400);
            assertThat(change("lamp_3?cuase=c-42", "{\"on\":false}").statusCode())
                    .isEqualTo(400);
            ok(change("lamp_3?cause=c-42", "{\"on\":false}"));
            assertThat(panel.expect("message").path("cause").asText()).isEqualTo("c-42");
        }
    }

    @Test
    void whoMayNotIsNotToldWhetherThereIsOne() {
        create("secret_01", "{\"on\":true}");
        String bob = Tokens.token("bob", "subscribe:device:lamp*", "publish:device:lamp*");
        for (String id : List.of("secret_01", "secret_none")) {
            assertThat(get("/api/v1/devices/" + id, bob).statusCode()).isEqualTo(403);
            assertThat(server.post("/api/v1/devices/" + id, bob, "{\"on\":false}")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(change("none", "{\"on\":false}").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/devices/none", ADMIN).statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/devices/not%20one", ADMIN).statusCode()).isEqualTo(400);
        String reader = Tokens.token("carol", "subscribe:device:*", "command:device:*");
        assertThat(server.post("/api/v1/devices/secret_01", reader, "{\"on\":false}")
                        .statusCode())
                .isEqualTo(403);
        String stranger = Tokens.tenantToken("other", "dora", "*:*");
        assertThat(get("/api/v1/devices/secret_01", stranger).statusCode()).isEqualTo(404);
    }

    @Test
    void devicesAreListedPageByPage() {
        List<String> ids = IntStream.range(0, 5).mapToObj(i -> "list_0" + i).toList();
        ids.forEach(id -> create(id, "{\"device_type\":\"motor\"}"));
        server.post("/api/v1/channels/device:list_none/events", ADMIN, "{\"event\":\"seen\"}");
        String bob = Tokens.token("bob", "subscribe:device:list*");
        JsonNode first = ok(get("/api/v1/devices?limit=3", bob));
        assertThat(first.path("items").findValuesAsText("device_id")).isEqualTo(ids.subList(0, 3));
        assertThat(first.path("next").asText()).isEqualTo("list_02");
        JsonNode second = ok(get("/api/v1/devices?limit=3&after=list_02", bob));
        assertThat(second.path("items").findValuesAsText("device_id")).isEqualTo(ids.subList(3, 5));
        assertThat(second.has("next")).isFalse();
        assertThat(get("/api/v1/devices?limit=0", bob).statusCode()).isEqualTo(400);
    }

    @Test
    void aDeviceIsDrivenAndSaysHowItIs() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        BlockingQueue<Map<String, List<String>>> headers = new LinkedBlockingQueue<>();
        plant.answer("/press_01", exchange -> {
            headers.add(Map.copyOf(exchange.getRequestHeaders()));
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Endpoint.respond(exchange, 200, "{\"speed\":149,\"temperature\":31.5,\"device_type\":\"spy\"}");
        });
        create("press_01", "{\"device_type\":\"motor\",\"speed\":100}");
        JsonNode answer = ok(change("press_01", "{\"speed\":150}"));
        assertThat(answer.path("new_state").toString()).isEqualTo("{\"speed\":149,\"temperature\":31.5}");
        assertThat(bodies.poll(5, TimeUnit.SECONDS)).isEqualTo("{\"speed\":150}");
        Map<String, List<String>> sent = headers.poll(5, TimeUnit.SECONDS);
        assertThat(sent.get("Tidings-control").getFirst()).startsWith("control-");
        assertThat(sent.get("Authorization")).containsExactly("Bearer t0ken");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            409 | {}         | 422 | the device declined: it answered with status 409
            500 | {}         | 503 | the device answered with status 500; its state is as it was
            302 | ``         | 503 | the device answered with status 302; its state is as it was
            200 | {"speed":  | 503 | the device answered with what is not JSON; its state is as it was
            """)
    void aDeviceThatHasNotDoneItIsAsItWas(int status, String body, int told, String detail) {
        plant.answer("/press_02", exchange -> Endpoint.respond(exchange, status, body));
        create("press_02", "{\"speed\":100}");
        HttpResponse<String> answer = change("press_02", "{\"speed\":150}");
        assertThat(answer.statusCode()).isEqualTo(told);
        assertThat(WsClient.parse(answer.body()).path("detail").asText()).isEqualTo(detail);
        assertThat(WsClient.parse(answer.body()).path("retryable").asBoolean()).isEqualTo(told == 503);
        assertThat(state("press_02").toString()).isEqualTo("{\"speed\":100}");
    }

    @Test
    void aDeviceThatCannotBeReachedIsToldWithoutItsAddress() {
        create("nowhere_01", "{\"speed\":100}");
        HttpResponse<String> answer = change("nowhere_01", "{\"speed\":150}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("cannot be reached").doesNotContain("127.0.0.1", "s3cret");
        assertThat(state("nowhere_01").path("speed").asInt()).isEqualTo(100);
    }

    @Test
    void aSlowDeviceIsGivenUpAndHoldsUpNoOther() {
        create("slow_01", "{\"speed\":100}");
        create("slow_02", "{\"speed\":100}");
        CompletableFuture<HttpResponse<String>> slow =
                CompletableFuture.supplyAsync(() -> change("slow_01", "{\"speed\":150}"));
        await().until(() -> !plant.asked("/slow_01").isEmpty());
        ok(change("slow_02", "{\"speed\":150}"));
        assertThat(slow).isNotDone();
        HttpResponse<String> answer = slow.join();
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(WsClient.parse(answer.body()).path("code").asText()).isEqualTo("timeout");
        assertThat(state("slow_01").path("speed").asInt()).isEqualTo(100);
    }

    @Test
    void aCommandIsAnsweredByTheDriver() {
        AtomicReference<String> id = new AtomicReference<>();
        plant.answer("/press_03", exchange -> {
            id.set(exchange.getRequestHeaders().getFirst("Tidings-Control"));
            Endpoint.respond(exchange, 204, "");
        });
        create("press_03", "{\"device_type\":\"motor\",\"speed\":100}");
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:press_03", "{\"filter\":{\"events\":[\"state.*\"]}}");
            JsonNode answer = ok(command("press_03", "{\"name\":\"set\",\"args\":{\"speed\":150}}"));
            String command = answer.path("command").asText();
            assertThat(answer.path("status").asText()).isEqualTo("ok");
            assertThat(answer.at("/result/previous_state").toString()).isEqualTo("{\"speed\":100}");
            JsonNode event = panel.expect("message");
            assertThat(event.path("id").asText())
                    .isEqualTo("control-" + command)
                    .isEqualTo(id.get());
            assertThat(event.path("cause").asText()).isEqualTo(command);
        }
        assertThat(ok(command("press_03", "{\"name\":\"set\",\"args\":{\"speed\":15000}}"))
                        .at("/error/at")
                        .asText())
                .isEqualTo("/speed");
        assertThat(ok(command("press_03", "{\"name\":\"set\",\"args\":7}"))
                        .at("/error/code")
                        .asText())
                .isEqualTo("invalid_message");
        assertThat(ok(command("press_03", "{\"name\":\"explode\"}"))
                        .at("/error/code")
                        .asText())
                .isEqualTo("unknown_command");
        assertThat(ok(command("press_none", "{\"name\":\"set\",\"args\":{\"speed\":1}}"))
                        .at("/error/code")
                        .asText())
                .isEqualTo("not_found");
    }

    @Test
    void aDeviceMovedByHandIsAChangeOfState() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode device = ok(get("/api/v1/devices/hand_01", ADMIN));
            assertThat(device.path("state").toString()).isEqualTo("{\"speed\":1,\"device_type\":\"motor\"}");
        });
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:hand_01", "{}");
            plant.answer("/hand_01", "{'speed':2}");
            JsonNode event = panel.expect("message");
            assertThat(event.at("/payload/patch").toString()).isEqualTo("{\"speed\":2}");
            assertThat(event.path("id").asText()).doesNotStartWith("control-");
        }
    }

    @Test
    void aChangeThatComesAgainMovesNothingAndGetsTheFirstAnswer() {
        plant.answer("/press_04", exchange -> Endpoint.respond(exchange, 204, ""));
        create("press_04", "{\"device_type\":\"motor\",\"speed\":100}");
        JsonNode first = ok(change("press_04?event_id=order-1", "{\"speed\":200}"));
        assertThat(first.path("changed").asBoolean()).isTrue();
        ok(change("press_04", "{\"speed\":300}"));
        assertThat(ok(change("press_04?event_id=order-1", "{\"speed\":200}"))).isEqualTo(first);
        assertThat(ok(change("press_04?event_id=order-1", "{\"speed\":250}"))).isEqualTo(first);

        JsonNode same = ok(change("press_04?event_id=order-2", "{\"speed\":300}"));
        assertThat(same.path("changed").asBoolean()).isFalse();
        ok(change("press_04", "{\"speed\":400}"));
        assertThat(ok(change("press_04?event_id=order-2", "{\"speed\":300}"))).isEqualTo(same);
        assertThat(state("press_04").path("speed").asInt()).isEqualTo(400);
        assertThat(plant.asked("/press_04"))
                .extracting(each -> each.headers().get("Tidings-control").getFirst())
                .hasSize(4)
                .startsWith("control-order-1");
    }

    @Test
    void aChangeThatFailedIsTriedAgainUnderItsId() {
        create("press_05", "{\"speed\":100}");
        plant.answer("/press_05", exchange -> Endpoint.respond(exchange, 500, ""));
        assertThat(change("press_05?event_id=order-1", "{\"speed\":200}").statusCode())
                .isEqualTo(503);
        plant.answer("/press_05", exchange -> Endpoint.respond(exchange, 204, ""));
        assertThat(ok(change("press_05?event_id=order-1", "{\"speed\":200}"))
                        .path("changed")
                        .asBoolean())
                .isTrue();
        create("press_06", "{\"speed\":100}");
        plant.answer("/press_06", exchange -> Endpoint.respond(exchange, 204, ""));
        assertThat(ok(change("press_06?event_id=order-1", "{\"speed\":200}"))
                        .path("changed")
                        .asBoolean())
                .as("ids are a device's own")
                .isTrue();
    }

    @Test
    void anIdThatIsNoneIsRefused() {
        create("lamp_4", "{\"on\":true}");
        for (String id : List.of("", "a%20b", "%C3%A9", "a".repeat(121), "a&event_id=b")) {
            HttpResponse<String> answer = change("lamp_4?event_id=" + id, "{\"on\":false}");
            assertThat(answer.statusCode()).as(id).isEqualTo(400);
            assertThat(WsClient.parse(answer.body()).path("detail").asText()).contains("event_id");
        }
        assertThat(state("lamp_4").toString()).isEqualTo("{\"on\":true}");
        ok(change("lamp_4?event_id=" + "a".repeat(120), "{\"on\":false}"));
    }

    @Test
    void aDeviceThatDoesNotAnswerIsToldToBeStaleUntilItAnswersAgain() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/api/v1/devices/mute_01", ADMIN).statusCode() == 200);
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:mute_01", "{}");
            for (int silence = 0; silence < 2; silence++) {
                plant.answer("/mute_01", exchange -> Endpoint.respond(exchange, 500, ""));
                JsonNode stale = panel.expect("message");
                assertThat(stale.path("event").asText()).isEqualTo("state.stale");
                assertThat(stale.path("payload").toString())
                        .isEqualTo("{\"reason\":\"answered with status 500\",\"source\":\"mute\"}");
                int asked = plant.asked("/mute_01").size();
                await().until(() -> plant.asked("/mute_01").size() > asked + 4);
                plant.answer("/mute_01", "{'speed':1}");
                assertThat(panel.expect("message").path("event").asText()).isEqualTo("state.fresh");
            }
        }
    }

    private static void create(String id, String state) {
        HttpRequest put = server.request("/api/v1/channels/device:" + id + "/state", ADMIN)
                .PUT(HttpRequest.BodyPublishers.ofString(state))
                .build();
        assertThat(server.send(put).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> change(String id, String body) {
        return server.post("/api/v1/devices/" + id, ADMIN, body);
    }

    private static HttpResponse<String> command(String id, String body) {
        return server.post("/api/v1/channels/device:" + id + "/commands", ADMIN, body);
    }

    private static HttpResponse<String> get(String path, String token) {
        return server.send(server.request(path, token).build());
    }

    private static JsonNode state(String id) {
        return ok(get("/api/v1/devices/" + id, ADMIN)).path("state");
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return WsClient.parse(answer.body());
    }
}
