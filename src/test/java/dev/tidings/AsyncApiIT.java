package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.ServerMessage;
import dev.tidings.testing.AsyncApi;
import dev.tidings.testing.AsyncApi.Operation;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The description of the WebSocket is what is said there. That every frame of the server is as described is checked by {@link
 * WsClient}, in all tests.
 */
class AsyncApiIT {
    /** What the types of messages are called on the wire, where it is not their own name in lower case. */
    private static final Map<String, String> CALLED =
            Map.of("pattern_subscribed", "subscribed", "states", "state", "members", "presence", "refused", "error");

    private static final AsyncApi API = AsyncApi.OURS;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void itIsServed() {
        var answer = server.get("/asyncapi.yaml");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("yaml");
        assertThat(answer.headers().firstValue("Cache-Control").orElse("")).isEqualTo("no-cache");
        assertThat(AsyncApi.parse(answer.body())).isEqualTo(API.root());
    }

    @Test
    void itIsAsyncApi() throws IOException {
        try (InputStream schema = AsyncApiIT.class.getResourceAsStream("/asyncapi-3.0.0.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema)
                            .validate(API.root()))
                    .isEmpty();
        }
        assertThat(API.unused()).as("messages that nobody says").isEmpty();
    }

    @Test
    void itDescribesTheMessagesThatThereAre() {
        assertThat(API.typesOfServer())
                .containsExactlyInAnyOrderElementsOf(
                        with(names(ServerMessage.class.getPermittedSubclasses()), "message"));
        assertThat(API.operations().keySet())
                .containsExactlyInAnyOrderElementsOf(names(Stream.of(ClientMessage.class.getPermittedSubclasses())
                        .filter(ClientMessage.class::isAssignableFrom)
                        .toArray(Class<?>[]::new)));
    }

    private static Set<String> names(Class<?>... types) {
        return Arrays.stream(types)
                .map(type -> type.getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                        .toLowerCase(Locale.ROOT))
                .map(name -> CALLED.getOrDefault(name, name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> with(Set<String> names, String another) {
        names.add(another);
        return names;
    }

    @Test
    void itDescribesTheTypesThatTheServerKnows() {
        try (WsClient client = WsClient.connect(server)) {
            String told = client.ask("{'type':'nonsense','id':'1'}".replace('\'', '"'))
                    .at("/payload/message")
                    .asText();
            Set<String> known = Set.of(told.substring(told.indexOf("known are ") + "known are ".length())
                    .split(" ", -1));
            assertThat(known)
                    .containsExactlyInAnyOrderElementsOf(API.operations().keySet());
        }
    }

    @Test
    void itDescribesTheCodesThatThereAre() {
        List<String> errors = new ArrayList<>();
        API.root().at("/components/schemas/Error/properties/code/enum").forEach(code -> errors.add(code.asText()));
        assertThat(errors)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorCode.values()).map(ErrorCode::text).toList());
        String text = API.root().at("/info/description").asText();
        assertThat(Stream.of(CloseCode.values()).map(CloseCode::code).filter(code -> code != 1000))
                .allSatisfy(code -> assertThat(text).contains("| " + code + " |"));
    }

    @Test
    void whatItGivesAsAnExampleIsAnswered() {
        for (Map.Entry<String, Operation> each : API.operations().entrySet()) {
            Operation operation = each.getValue();
            assertThat(operation.examples()).as(each.getKey()).isNotEmpty();
            for (JsonNode example : operation.examples()) {
                assertThat(API.faults(operation, example))
                        .as(example.toString())
                        .isEmpty();
                assertUnderstood(operation, example);
            }
        }
    }

    private static void assertUnderstood(Operation operation, JsonNode example) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.ask(example.toString());
            String type = reply.path("type").asText();
            assertThat(operation.replies()).contains(type);
            if (type.equals("error")) {
                // The token of the example is none; and one instance has no presence unless it is told to.
                assertThat(reply.at("/payload/code").asText())
                        .as(example + " " + reply)
                        .isIn("unauthenticated", "forbidden");
            }
        }
    }

    @Test
    void examplesOfTheServersMessagesAreAsDescribed() {
        List<JsonNode> examples = new ArrayList<>();
        API.root()
                .at("/components/messages")
                .forEach(message -> message.path("examples").forEach(example -> examples.add(example.path("payload"))));
        assertThat(examples.stream()
                        .filter(example -> API.typesOfServer()
                                        .contains(example.path("type").asText())
                                && !API.operations()
                                        .containsKey(example.path("type").asText())))
                .isNotEmpty()
                .allSatisfy(example -> assertThat(API.faults(example)).isEmpty());
    }

    @Test
    void aMemberThatIsNotDescribedWouldBeFound() {
        assertThat(API.faults(WsClient.parse("{\"type\":\"pong\",\"timestamp\":1}")))
                .isEmpty();
        assertThat(API.faults(WsClient.parse("{\"type\":\"pong\",\"timestamp\":1,\"more\":2}")))
                .singleElement()
                .asString()
                .contains("$.more: not described");
        assertThat(API.faults(WsClient.parse("{\"type\":\"pong\",\"timestamp\":\"1\"}")))
                .hasSize(1);
        assertThat(API.faults(WsClient.parse("{\"type\":\"news\"}"))).hasSize(1);
    }

    @Test
    void whatIsSaidUnaskedIsAsDescribed() {
        Map<String, Object> claims = Tokens.claims("ada", "*:*");
        claims.put("exp", System.currentTimeMillis() / 1000 + 50);
        try (WsClient client = WsClient.connect(server, Tokens.sign(claims))) {
            client.expect("token_expiring");
            client.subscribe("agent:1");
            client.publish("agent:1", "agent.started", "{}");
            assertThat(client.heardSoFar())
                    .extracting(each -> each.path("type").asText())
                    .contains("message");
        }
    }
}
