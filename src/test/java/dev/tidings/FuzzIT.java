package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Invalid;
import dev.tidings.protocol.MessagePack;
import dev.tidings.testing.AsyncApi;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.FrameClient;
import dev.tidings.testing.Fuzzer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageUnpacker;

/**
 * A hundred thousand frames that are nearly right. The server answers each as the contract has it or closes with one of its codes,
 * stays whole, and shows nobody what another tenant has.
 */
class FuzzIT {
    private static final long SEED = 20_260_114;
    private static final int TEXT_FRAMES = 80_000;
    private static final int BINARY_FRAMES = 20_000;
    private static final int TOGETHER = 50;
    private static final String SECRET = "what-others-must-not-see";

    /** Not read as text, no envelope three times, a frame too large: what such a client has earned. */
    private static final Set<Integer> CODES = Set.of(1007, 1009, 4400, 4401);

    private static final AsyncApi API = AsyncApi.OURS;
    private static final List<AsyncApi.Operation> OPERATIONS =
            List.copyOf(API.operations().values());

    private static TidingsServer server;
    private static WsClient witness;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "10000",
                "tidings.channels.*.history-size", "20",
                "tidings.channels.room.presence", "true",
                "tidings.channels.fuzz.presence", "true"));
        witness = WsClient.connect(server, Tokens.tenantToken("others", "ada", "*:*"));
        for (String target : List.of("fuzz:*", "agent:*", "device:*", "room:*", "user:*", "system")) {
            witness.subscribe(target);
        }
        witness.publish("fuzz:1", "a.b", "{\"secret\":\"" + SECRET + "\"}");
        witness.expect("message");
    }

    @AfterAll
    static void stop() {
        witness.close();
        server.close();
    }

    @Test
    void framesOfTextAreAnsweredOrEndTheConnection() {
        Fuzzer fuzzer = new Fuzzer(SEED, API.root());
        Map<String, Integer> answers = new TreeMap<>();
        WsClient client = connect();
        for (int sent = 0; sent < TEXT_FRAMES; sent += TOGETHER) {
            Set<String> owed = new HashSet<>();
            for (int i = 0; i < TOGETHER; i++) {
                String id = "f" + (sent + i);
                JsonNode message = message(fuzzer, id);
                if (fuzzer.chance(0.02)) {
                    client.sendIfOpen(fuzzer.torn(Fuzzer.text(message)));
                } else {
                    if (isAnswered(message, id)) {
                        owed.add(id);
                    }
                    client.sendIfOpen(Fuzzer.text(message));
                }
            }
            client.sendIfOpen("{\"type\":\"ping\",\"id\":\"end" + sent + "\"}");
            owed.add("end" + sent);
            if (!takeAll(client, owed, answers)) {
                client.close();
                client = connect();
            }
        }
        client.close();
        assertWhole();
        assertThat(answers.keySet())
                .as("the ways in which it was answered: " + answers)
                .contains("subscribed", "published", "history", "state", "presence", "pong", "closed 4400")
                .contains("handling", "command", "command_response", "error no_handler", "error not_found")
                .contains(
                        "error invalid_message", "error invalid_channel", "error invalid_filter", "error unknown_type")
                .doesNotContain("error internal", "error unavailable");
    }

    private static JsonNode message(Fuzzer fuzzer, String id) {
        AsyncApi.Operation operation = fuzzer.pick(OPERATIONS);
        JsonNode message = fuzzer.valueOf(operation.message().path("payload"));
        ((ObjectNode) message).put("id", id);
        return fuzzer.chance(0.6) ? fuzzer.spoilt(message) : message;
    }

    private static boolean isAnswered(JsonNode message, String id) {
        return message.path("id").asText().equals(id)
                && message.path("type").isTextual()
                && isEnvelope(message)
                && answersAlways(message.path("type").asText());
    }

    /** Whether it can be told what its id is: the members around the payload are of their types. */
    private static boolean isEnvelope(JsonNode message) {
        for (String member : List.of("channel", "event", "event_id", "cause", "name")) {
            JsonNode value = message.path(member);
            if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
                return false;
            }
        }
        return depth(message) < 100;
    }

    private static int depth(JsonNode value) {
        int deepest = 0;
        for (JsonNode each : value) {
            deepest = Math.max(deepest, depth(each));
        }
        return value.isContainerNode() ? deepest + 1 : 0;
    }

    /** What is answered only when it is wrong has no replies in the description. */
    private static boolean answersAlways(String type) {
        AsyncApi.Operation operation = API.operations().get(type);
        return operation == null || !operation.replies().isEmpty();
    }

    /** Takes what comes until all that is owed has come; false when the connection was ended. */
    private static boolean takeAll(WsClient client, Set<String> owed, Map<String, Integer> answers) {
        Set<String> asked = Set.copyOf(owed);
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!owed.isEmpty()) {
            for (JsonNode message : client.heard()) {
                assertThat(message.toString()).doesNotContain(SECRET);
                assertThat(API.faults(message)).isEmpty();
                String id = message.path("id").asText();
                if (!message.path("type").asText().equals("message")) {
                    assertThat(owed.remove(id) || !asked.contains(id))
                            .as("one answer each: " + message)
                            .isTrue();
                }
                if (message.path("type").asText().equals("command")) {
                    // Its caller is this client too, and waits for what it is owed.
                    client.sendIfOpen(CommandClient.result(id, null, "{\"status\":\"ok\"}"));
                }
                answers.merge(kind(message), 1, Integer::sum);
            }
            if (client.isClosed()) {
                int code = client.awaitClose().code();
                assertThat(code).isIn(CODES);
                answers.merge("closed " + code, 1, Integer::sum);
                return false;
            }
            assertThat(System.nanoTime()).as("still owed: " + owed).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return true;
    }

    private static String kind(JsonNode message) {
        String type = message.path("type").asText();
        return type.equals("error") ? type + ' ' + message.at("/payload/code").asText() : type;
    }

    private static WsClient connect() {
        return WsClient.connect(server, Tokens.tenantToken("fuzz", "ada", "*:*"));
    }

    @Test
    void framesOfBytesAreAnsweredOrEndTheConnection() {
        Fuzzer fuzzer = new Fuzzer(SEED + 1, API.root());
        Map<String, Integer> answers = new TreeMap<>();
        FrameClient client = connectPacked();
        for (int sent = 0; sent < BINARY_FRAMES; sent += TOGETHER) {
            for (int i = 0; i < TOGETHER; i++) {
                byte[] packed = packedIfPossible(fuzzer, Fuzzer.text(message(fuzzer, "f" + i)));
                var unused = client.socket()
                        .writeBinaryMessage(Buffer.buffer(fuzzer.chance(0.1) ? fuzzer.torn(packed) : packed));
            }
            String end = "end" + sent;
            var unused = client.socket()
                    .writeBinaryMessage(Buffer.buffer(packed("{\"type\":\"ping\",\"id\":\"" + end + "\"}")));
            if (!takeAll(client, end, answers)) {
                client.close();
                client = connectPacked();
            }
        }
        client.close();
        assertWhole();
        assertThat(answers.keySet())
                .contains("subscribed", "published", "pong", "error invalid_message", "closed 4400")
                .doesNotContain("error internal", "error unavailable");
    }

    /** What packs here takes no more than the service does. */
    private static byte[] packedIfPossible(Fuzzer fuzzer, String json) {
        try {
            return packed(json);
        } catch (Invalid e) {
            return fuzzer.torn(new byte[200]);
        }
    }

    private static byte[] packed(String json) {
        return MessagePack.pack(json.getBytes(StandardCharsets.UTF_8));
    }

    private static FrameClient connectPacked() {
        return FrameClient.open(
                server,
                "",
                Tokens.tenantToken("fuzz", "ada", "*:*"),
                "tidings.v1.msgpack",
                new WebSocketClientOptions());
    }

    /** Takes what comes until this has been answered; false when the connection was ended. */
    private static boolean takeAll(FrameClient client, String last, Map<String, Integer> answers) {
        while (true) {
            byte[] packed = client.nextOrClosed();
            if (packed.length == 0) {
                int code = client.awaitClose();
                assertThat(code).isIn(CODES);
                answers.merge("closed " + code, 1, Integer::sum);
                return false;
            }
            String json = unpacked(packed);
            assertThat(json).doesNotContain(SECRET);
            JsonNode message = WsClient.parse(json);
            assertThat(API.faults(message)).isEmpty();
            answers.merge(kind(message), 1, Integer::sum);
            if (message.path("id").asText().equals(last)) {
                return true;
            }
        }
    }

    /** Read by another way than the service's own, which takes no more levels than clients may send. */
    private static String unpacked(byte[] packed) {
        try (MessageUnpacker unpacker = org.msgpack.core.MessagePack.newDefaultUnpacker(packed)) {
            return unpacker.unpackValue().toJson();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertWhole() {
        assertThat(witness.ask("{\"type\":\"ping\",\"id\":\"w\"}").path("type").asText())
                .isEqualTo("pong");
        assertThat(witness.heard()).as("what came to another tenant").isEmpty();
        assertThat(server.isReady()).isTrue();
        List<String> complaints = new ArrayList<>(server.output().lines().toList());
        complaints.removeIf(
                line -> !line.contains(" ERROR ") && !line.contains("Exception") && !line.startsWith("\tat "));
        assertThat(complaints).as("what the server logged").isEmpty();
    }
}
