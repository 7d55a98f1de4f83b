package dev.tidings;

import static dev.tidings.testing.Descriptions.assertDescribed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tidings.testing.AlertClient;
import dev.tidings.testing.ApiCall;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.Descriptions;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.OpenApi;
import dev.tidings.testing.OpenApi.Operation;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The description that the service serves, held against the service: all is described, and what is described is so. */
class OpenApiIT {
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "PATCH", "DELETE");
    /** Cannot be brought about from outside. */
    private static final Set<Integer> NOT_PROVOKED = Set.of(500, 503);

    /** As a newcomer starts it: it has no key, and gives out a token. */
    private static TidingsServer open;
    /** As it is run for real, and strict. */
    private static TidingsServer locked;

    /** Answers commands. */
    private static Endpoint webhook;

    private static final CountDownLatch ENDED = new CountDownLatch(1);

    private static OpenApi api;
    private static Descriptions descriptions;
    private static String token;

    /** Connections that were made to be sent away. */
    private static final List<WsClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        webhook = new Endpoint().answer("/commands", "{'pid':4711}").answer("/devices/slow_01", OpenApiIT::wait);
        open = TidingsServer.launch(Map.of(
                "tidings.devices.timeout", "200ms",
                "tidings.devices.drivers.slow.kind", "http",
                "tidings.devices.drivers.slow.devices", "slow_01",
                "tidings.devices.drivers.slow.url", webhook.url("/devices/{id}"),
                "tidings.pollers.tmux.enabled", "false",
                "tidings.pollers.host.enabled", "false",
                "tidings.commands.hook.pattern", "agent:*",
                "tidings.commands.hook.url", webhook.url("/commands"),
                "tidings.limits.connections-per-subject", "1000"));
        locked = TidingsServer.start(Map.of(
                "tidings.limits.requests-per-second", "1",
                "tidings.limits.requests-burst", "20",
                "tidings.limits.alert-rules", "1"));
        open.awaitReady();
        api = OpenApi.of(open);
        descriptions = new Descriptions(api);
        token = WsClient.parse(open.get("/quick-start").body()).path("token").asText();
    }

    /** Answers when nobody waits any more. */
    private static void wait(HttpExchange exchange) {
        try {
            ENDED.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    static void stop() {
        ENDED.countDown();
        clients.forEach(WsClient::close);
        open.close();
        locked.close();
        webhook.close();
    }

    @Test
    void theDocumentIsOfTheVersionItSays() {
        assertThat(api.root().path("openapi").asText()).startsWith("3.1");
        assertThat(api.root().at("/info/description").asText()).isNotEmpty();
        assertThat(api.root().at("/components/securitySchemes").properties())
                .isNotEmpty()
                .allSatisfy(scheme -> assertDescribed(scheme.getValue(), scheme.getKey()));
        assertThat(open.get("/q/swagger-ui/").statusCode()).isEqualTo(200);
    }

    @TestFactory
    List<DynamicTest> everyOperationIsDescribed() {
        Set<String> tags = new HashSet<>();
        api.root().path("tags").forEach(tag -> {
            assertDescribed(tag, "a tag");
            tags.add(tag.path("name").asText());
        });
        assertThat(api.operations()).isNotEmpty();
        assertThat(api.operations()).extracting(Operation::id).doesNotHaveDuplicates();
        return each(operation -> {
            assertDescribed(operation.description(), operation.toString());
            assertThat(operation.description().path("summary").asText()).isNotEmpty();
            assertThat(operation.id()).isNotEmpty();
            assertThat(tags).contains(operation.description().at("/tags/0").asText());
            operation.parameters().forEach(descriptions::assertParameterDescribed);
            if (operation.hasBody()) {
                assertDescribed(operation.description().path("requestBody"), "its body");
                assertThat(operation.bodies()).isNotEmpty();
            }
            operation.bodies().stream().filter(body -> !body.isNone()).forEach(descriptions::assertFits);
            operation
                    .description()
                    .path("responses")
                    .properties()
                    .forEach(response -> descriptions.assertResponseDescribed(response.getKey(), response.getValue()));
        });
    }

    @TestFactory
    List<DynamicTest> everyFieldIsDescribed() {
        assertThat(api.schemas()).isNotEmpty();
        return api.schemas().entrySet().stream()
                .map(schema -> DynamicTest.dynamicTest(schema.getKey(), () -> {
                    assertDescribed(schema.getValue(), schema.getKey());
                    assertThat(schema.getValue().path("properties").properties())
                            .isNotEmpty()
                            .allSatisfy(field -> {
                                assertDescribed(field.getValue(), field.getKey());
                                descriptions.assertExampled(field.getValue());
                            });
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> everyExampleWorks() {
        return each(operation -> {
            for (OpenApi.Body body : operation.bodies()) {
                HttpResponse<String> answer = call(operation).body(body).send(open);
                descriptions.assertAsDescribed(operation, answer);
                assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            }
        });
    }

    @TestFactory
    List<DynamicTest> everyParameterWorks() {
        return each(operation -> {
            List<JsonNode> optional = operation.parameters().stream()
                    .filter(parameter -> !parameter.path("required").asBoolean())
                    .toList();
            for (JsonNode parameter : optional) {
                HttpResponse<String> alone = call(operation).with(parameter).send(open);
                descriptions.assertAsDescribed(operation, alone);
                List<Integer> statuses = new ArrayList<>(List.of(alone.statusCode()));
                for (JsonNode other : optional) {
                    statuses.add(call(operation)
                            .with(parameter)
                            .with(other)
                            .send(open)
                            .statusCode());
                }
                // What a precondition asks for is not there: its example has been answered as it says.
                assertThat(statuses)
                        .as("%s with %s, alone and with each other", operation, parameter.path("name"))
                        .anyMatch(status -> status / 100 == 2 || status == 304 || status == 412);
            }
        });
    }

    @TestFactory
    List<DynamicTest> everyStatusIsAnswered() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Operation operation : api.operations()) {
            operation.description().path("responses").fieldNames().forEachRemaining(text -> {
                int status = Integer.parseInt(text);
                if (!NOT_PROVOKED.contains(status)) {
                    tests.add(DynamicTest.dynamicTest(operation + " " + status, () -> {
                        writeState();
                        HttpResponse<String> answer = provoke(operation, status);
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
                        descriptions.assertAsDescribed(operation, answer);
                    }));
                }
            });
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> otherMethodsAreRefusedWithThoseThatThereAre() {
        return api.root().path("paths").properties().stream()
                .map(path -> DynamicTest.dynamicTest(path.getKey(), () -> {
                    Set<String> allowed = new TreeSet<>(Set.of("OPTIONS"));
                    path.getValue()
                            .fieldNames()
                            .forEachRemaining(method -> allowed.add(method.toUpperCase(Locale.ROOT)));
                    if (allowed.contains("GET")) {
                        allowed.add("HEAD");
                    }
                    Operation any = api.operations().stream()
                            .filter(each -> each.path().equals(path.getKey()))
                            .findFirst()
                            .orElseThrow();
                    for (String method : METHODS) {
                        if (!allowed.contains(method)) {
                            HttpResponse<String> answer =
                                    call(any).method(method).send(open);
                            assertThat(answer.statusCode()).isEqualTo(405);
                            assertThat(allowed(answer)).isEqualTo(allowed);
                            assertThat(api.faults(api.schemas().get("Problem"), WsClient.parse(answer.body())))
                                    .isEmpty();
                        }
                    }
                    assertThat(allowed(call(any).method("OPTIONS").send(open))).isEqualTo(allowed);
                }))
                .toList();
    }

    private static List<DynamicTest> each(Consumer<Operation> check) {
        return api.operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    writeState();
                    check.accept(operation);
                }))
                .toList();
    }

    /** So that there is one to be read, changed and deleted. */
    private static void writeState() {
        assertThat(call(operation("replaceState")).send(open).statusCode()).isEqualTo(200);
        assertThat(call(operation("replaceGroup")).send(open).statusCode()).isEqualTo(200);
        raiseAlert();
    }

    private static Operation operation(String id) {
        return api.operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The same for an alert, and its rule. */
    private static void raiseAlert() {
        AlertClient alerts = new AlertClient(open, token);
        alerts.putRule(
                "too-hot", "{'pattern':'oven:*','condition':{'field':'/payload/temperature','op':'gt','value':80}}");
        if (!alerts.raised().contains("too-hot oven:1")) {
            alerts.publish("oven:1", "{'temperature':90}");
            Awaitility.await().until(() -> alerts.raised().contains("too-hot oven:1"));
        }
    }

    /** A call with everything that has to be there, as the examples have it; what cannot be there for ever is made. */
    private static ApiCall call(Operation operation) {
        ApiCall call = ApiCall.of(operation, token);
        if (!operation.path().contains("{connection}")) {
            return call;
        }
        WsClient client = WsClient.connect(open, token);
        clients.add(client);
        return call.connection(client.connection());
    }

    /** Brings an answer about; each status is brought about alike for all operations that have it. */
    private static HttpResponse<String> provoke(Operation operation, int status) {
        ApiCall call = call(operation);
        return switch (status) {
            case 200 -> operation.response(201).isMissingNode() ? call.send(open) : publishAgain(call);
            case 201 -> call.send(open);
            case 304 -> {
                String tag = call.send(open).headers().firstValue("ETag").orElseThrow();
                yield call.header("If-None-Match", "\"other:1\", W/" + tag).send(open);
            }
            case 400 -> call.query("misspelt=1").send(open);
            case 401 -> call.header("Authorization", "Bearer nonsense").send(locked);
            case 403 -> {
                ApiCall powerless = call.token(Tokens.token("powerless-" + operation.id(), "handle:none:1"));
                boolean aboutOthers = operation.id().equals("permissions");
                yield (aboutOthers ? powerless.query("subject=bob") : powerless).send(locked);
            }
            case 404 ->
                operation.needsToken()
                        ? call.channel("device:none")
                                .connection("none")
                                .replacing("/devices/lamp", "/devices/none")
                                .replacing("/groups/hall", "/groups/none")
                                .replacing("/rules/too-hot", "/rules/none")
                                .publisher(
                                        operation.id().equals("testAlertRule")
                                                ? BodyPublishers.noBody()
                                                : call.publisher())
                                .send(open)
                        : call.send(locked);
            case 406 -> call.header("Accept", "image/png, application/json;q=0").send(open);
            case 409 -> {
                ApiCall author = call.token(Tokens.token("author", "*:*"));
                author.replacing("too-hot", "first").send(locked);
                yield author.send(locked);
            }
            case 412 -> call.header("If-Match", "\"other:1\"").send(open);
            case 413 ->
                call.publisher(BodyPublishers.ofByteArray(new byte[(16 << 20) + 1]))
                        .send(open);
            case 415 -> call.header("Content-Type", "text/plain").send(open);
            case 422 ->
                call.publisher(BodyPublishers.ofString(
                                operation.id().equals("replaceGroup")
                                        ? "{\"members\":[\"none\"]}"
                                        : "{\"device_type\":\"other\"}"))
                        .send(open);
            case 429 -> {
                ApiCall hasty = call.token(Tokens.token("hasty-" + operation.id(), "*:*"));
                yield IntStream.range(0, 60)
                        .mapToObj(i -> hasty.send(locked))
                        .filter(answer -> answer.statusCode() == 429)
                        .findFirst()
                        .orElseThrow();
            }
            case 504 -> operation.id().equals("changeDevice") ? changeTheSlow(call) : giveToNobodyWhoAnswers(call);
            default -> throw new IllegalArgumentException("how " + operation + " answers " + status + " is not known");
        };
    }

    private static HttpResponse<String> giveToNobodyWhoAnswers(ApiCall call) {
        CommandClient silent = CommandClient.connect(open, token).handle("silent:1");
        HttpResponse<String> answer = call.channel("silent:1")
                .publisher(BodyPublishers.ofString("{\"name\":\"wait\",\"timeout_ms\":1}"))
                .send(open);
        silent.close();
        return answer;
    }

    private static HttpResponse<String> changeTheSlow(ApiCall call) {
        ApiCall.of(operation("replaceState"), token).channel("device:slow_01").send(open);
        return call.replacing("/devices/lamp", "/devices/slow_01").send(open);
    }

    private static HttpResponse<String> publishAgain(ApiCall call) {
        ApiCall publish =
                call.publisher(BodyPublishers.ofString("{\"event\":\"a.b\",\"type\":\"a.b\",\"event_id\":\"again\"}"));
        publish.send(open);
        return publish.send(open);
    }

    private static Set<String> allowed(HttpResponse<String> answer) {
        return new TreeSet<>(
                List.of(answer.headers().firstValue("Allow").orElseThrow().split(", ")));
    }
}
