package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Somebody who looks after connections and tokens by REST. */
public final class Operator {
    private final TidingsServer server;
    private final String token;

    public Operator(TidingsServer server, String token) {
        this.server = server;
        this.token = token;
    }

    /** An operator of the default tenant. */
    public static Operator of(TidingsServer server) {
        return new Operator(server, Tokens.token("ops", "admin:*"));
    }

    /** Lists connections; the query has its question mark, or is empty. */
    public HttpResponse<String> connections(String query) {
        return server.send(server.request("/api/v1/connections" + query, token).build());
    }

    /** The items of a list. */
    public List<JsonNode> listed(String query) {
        HttpResponse<String> answer = connections(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        WsClient.parse(answer.body()).path("items").forEach(items::add);
        return items;
    }

    /** The ids of a list. */
    public List<String> ids(String query) {
        return listed(query).stream()
                .map(each -> each.path("connection").asText())
                .toList();
    }

    public HttpResponse<String> disconnect(String connection) {
        return server.send(server.request("/api/v1/connections/" + connection, token)
                .DELETE()
                .build());
    }

    /** Sends a subject away, given as it stands in an address. */
    public HttpResponse<String> disconnectSubject(String subject) {
        return server.send(server.request("/api/v1/subjects/" + subject + "/disconnect", token)
                .POST(BodyPublishers.noBody())
                .build());
    }

    public HttpResponse<String> revoke(String body) {
        return server.post("/api/v1/tokens/revoke", token, body);
    }

    /** Revokes until somebody lifts it. */
    public void revokeForLong(String claim, String name) {
        HttpResponse<String> answer = revoke(
                "{\"" + claim + "\":\"" + name + "\",\"until\":" + (System.currentTimeMillis() + 3_600_000) + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
