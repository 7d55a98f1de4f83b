package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The stock client of GraphQL over WebSocket, {@code graphql-ws} of npm. */
public final class GraphQlClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "graphql";

    private final NodeClient node = NodeClient.start(NAME, "GRAPHQL_CLIENT");

    private GraphQlClient() {}

    /** Why the stock client cannot be had here; nothing when it can, and then it is installed. */
    public static synchronized Optional<String> missing() {
        return NodeClient.missing(NAME, "graphql-ws");
    }

    /** Connects with a token in the first message. */
    public static GraphQlClient connect(TidingsServer server, String token) {
        return open(server, JSON.createObjectNode().put("token", token));
    }

    /** Begins to connect, with this in the first message. */
    public static GraphQlClient open(TidingsServer server, ObjectNode payload) {
        GraphQlClient client = new GraphQlClient();
        ObjectNode deed = deed("connect").put("url", "ws://127.0.0.1:" + server.port() + "/graphql");
        client.node.tell(deed.set("payload", payload));
        return client;
    }

    /** Begins an operation without variables. */
    public GraphQlClient run(String name, String query) {
        return run(name, query, "{}");
    }

    /** Begins an operation. */
    public GraphQlClient run(String name, String query, String variables) {
        ObjectNode deed = deed("run").put("name", name).put("query", query);
        node.tell(deed.set("variables", WsClient.parse(variables.replace('\'', '"'))));
        return this;
    }

    /** Ends an operation. */
    public void end(String name) {
        node.tell(deed("end").put("name", name));
    }

    /** Loses its connection, and connects again by itself. */
    public void drop() {
        node.tell(deed("drop"));
    }

    private static ObjectNode deed(String name) {
        return JSON.createObjectNode().put("do", name);
    }

    /** The next thing of a kind that has to do with the connection. */
    public JsonNode expect(String kind) {
        return node.expect(each -> each.path("heard").asText().equals(kind), kind);
    }

    /** The next thing of a kind that an operation is told. */
    public JsonNode expect(String kind, String name) {
        return node.expect(
                each -> each.path("heard").asText().equals(kind)
                        && each.path("name").asText().equals(name),
                kind + " of " + name);
    }

    /** What the one field of an operation is in its next result. */
    public JsonNode next(String name) {
        JsonNode data = expect("next", name).path("data");
        return data.iterator().hasNext() ? data.iterator().next() : data;
    }

    /** What was heard and not expected yet. */
    public List<JsonNode> soFar() {
        return node.soFar();
    }

    @Override
    public void close() {
        node.close();
    }
}
