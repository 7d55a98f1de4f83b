package dev.tidings.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.operator.OpenConnection.Load;

/**
 * A connection as operators see it.
 *
 * @param connection its id
 * @param subject whose it is; empty when it has no token
 * @param since when it was opened, in ms since the Unix epoch
 */
public record Listed(String connection, String subject, String tenant, String transport, long since, Load load) {
    static Listed of(OpenConnection live) {
        return new Listed(
                live.id(),
                live.caller().subject(),
                live.caller().tenant(),
                live.transport(),
                live.since(),
                live.load());
    }

    static Listed read(JsonNode note) {
        return new Listed(
                note.path("connection").asText(),
                note.path("subject").asText(),
                note.path("tenant").asText(),
                note.path("transport").asText(),
                note.path("since").asLong(),
                new Load(
                        note.path("subscriptions").asInt(),
                        note.path("queued_bytes").asLong(),
                        note.path("lag").asLong()));
    }

    void write(ObjectNode note) {
        note.put("connection", connection)
                .put("subject", subject)
                .put("tenant", tenant)
                .put("transport", transport)
                .put("since", since)
                .put("subscriptions", load.subscriptions())
                .put("queued_bytes", load.queuedBytes())
                .put("lag", load.lag());
    }
}
