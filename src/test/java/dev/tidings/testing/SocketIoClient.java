package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The stock client of Socket.IO, {@code socket.io-client} of npm, in a process of node's. */
public final class SocketIoClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "socketio";

    private final NodeClient node = NodeClient.start(NAME, "SOCKET_IO_CLIENT");

    private SocketIoClient() {}

    /** Why the stock client cannot be had here; nothing when it can, and then it is installed. */
    public static synchronized Optional<String> missing() {
        return NodeClient.missing(NAME, "socket.io-client");
    }

    /** Starts it; it is connected to nothing yet. */
    public static SocketIoClient start() {
        return new SocketIoClient();
    }

    /** Connects with a token, by these transports. */
    public SocketIoClient connect(TidingsServer server, String token, String... transports) {
        ObjectNode options = JSON.createObjectNode();
        options.putObject("auth").put("token", token);
        return open(server, options, transports);
    }

    /** Begins to connect with these options of the client's. */
    public SocketIoClient open(TidingsServer server, ObjectNode options, String... transports) {
        if (transports.length > 0) {
            options.set("transports", JSON.valueToTree(transports));
        }
        ObjectNode deed = JSON.createObjectNode()
                .put("do", "connect")
                .put("url", server.uri("").toString());
        deed.set("options", options);
        return tell(deed);
    }

    /** Emits an event with one argument. */
    public SocketIoClient emit(String event, String json) {
        return deed("emit", event, json);
    }

    /** Emits an event and waits for its acknowledgement. */
    public JsonNode ask(String event, String json) {
        deed("ask", event, json);
        JsonNode ack = node.expect(
                each -> is(each, "ack") && each.path("event").asText().equals(event), event + "'s answer");
        return ack.path("answer");
    }

    private SocketIoClient deed(String name, String event, String json) {
        try {
            ObjectNode deed = JSON.createObjectNode().put("do", name).put("event", event);
            deed.putArray("args").add(JSON.readTree(json));
            return tell(deed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does what takes no words: drop or disconnect. */
    public SocketIoClient deed(String name) {
        return tell(JSON.createObjectNode().put("do", name));
    }

    /** Emits something with bytes in it and waits for the answer. */
    public JsonNode askWithBytes(String event) {
        tell(JSON.createObjectNode().put("do", "bytes").put("event", event));
        return node.expect(each -> is(each, "ack"), "an answer to bytes").path("answer");
    }

    private SocketIoClient tell(ObjectNode deed) {
        node.tell(deed);
        return this;
    }

    /** The next thing of that kind; what comes before it stays to be expected. */
    public JsonNode expect(String kind) {
        return node.expect(each -> is(each, kind), kind);
    }

    /** The argument of the next event of that name. */
    public JsonNode event(String name) {
        return eventWhole(name).path("args").path(0);
    }

    /** The next event of that name, with what there is to know about it. */
    public JsonNode eventWhole(String name) {
        return node.expect(
                each -> is(each, "event") && each.path("event").asText().equals(name), "event " + name);
    }

    /** What was heard and not expected yet. */
    public List<JsonNode> soFar() {
        return node.soFar();
    }

    private static boolean is(JsonNode heard, String kind) {
        return heard.path("heard").asText().equals(kind);
    }

    @Override
    public void close() {
        node.close();
    }
}
