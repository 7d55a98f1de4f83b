package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Writes alert rules and asks for alerts; single quotes stand for double ones. */
public record AlertClient(TidingsServer server, String token) {
    /** One who may do everything in the default tenant. */
    public static AlertClient of(TidingsServer server) {
        return new AlertClient(server, Tokens.token("ada", "*:*"));
    }

    public HttpResponse<String> put(String id, String rule) {
        return server.send(server.request("/api/v1/alerts/rules/" + id, token)
                .PUT(BodyPublishers.ofString(json(rule)))
                .build());
    }

    public void putRule(String id, String rule) {
        HttpResponse<String> answer = put(id, rule);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    public HttpResponse<String> delete(String id) {
        return server.send(
                server.request("/api/v1/alerts/rules/" + id, token).DELETE().build());
    }

    public HttpResponse<String> get(String path) {
        return server.send(server.request("/api/v1/alerts" + path, token).build());
    }

    public HttpResponse<String> post(String path, String body) {
        return server.post("/api/v1/alerts" + path, token, json(body));
    }

    /** The alerts that are raised: rule and channel. */
    public List<String> raised() {
        List<String> raised = new ArrayList<>();
        WsClient.parse(get("").body())
                .path("items")
                .forEach(item -> raised.add(
                        item.path("rule").asText() + ' ' + item.path("channel").asText()));
        return raised;
    }

    /** Publishes; answers the event's id. */
    public String publish(String channel, String payload) {
        HttpResponse<String> answer = server.post(
                "/api/v1/channels/" + channel + "/events",
                token,
                json("{'event':'oven.report','payload':" + payload + "}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return WsClient.parse(answer.body()).path("event_id").asText();
    }

    /** What has been told of a rule's alerts. */
    public List<JsonNode> told(String rule) {
        List<JsonNode> told = new ArrayList<>();
        String path = "/api/v1/channels/alert:" + rule + "/events";
        WsClient.parse(server.send(server.request(path, token).build()).body())
                .path("events")
                .forEach(told::add);
        return told;
    }

    /** The types of what has been told of a rule's alerts about one channel, in order. */
    public List<String> types(String rule, String channel) {
        return told(rule).stream()
                .filter(event -> event.at("/payload/channel").asText().equals(channel))
                .map(event -> event.path("event").asText())
                .toList();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
