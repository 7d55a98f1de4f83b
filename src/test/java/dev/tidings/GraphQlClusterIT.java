package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients of GraphQL on two instances, of which one ends. */
class GraphQlClusterIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static RedisServer redis;
    private static List<TidingsServer> servers = List.of();

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.start();
        servers = TidingsServer.start(
                Map.of(
                        "tidings.log.backend", "redis",
                        "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                        "tidings.drain", "1s"),
                2);
    }

    @AfterAll
    static void stop() {
        servers.forEach(TidingsServer::close);
        if (redis != null) {
            redis.close();
        }
    }

    /** Ends an instance. */
    @Test
    void whoIsSentElsewhereGoesOnThere() {
        JsonNode last;
        try (DialectClient here = begun(servers.get(0));
                DialectClient there = begun(servers.get(1))) {
            here.send(run(
                    "1", "subscription { updates(channel: \\\"agent:moved\\\") { ... on Event { epoch offset } } }"));
            here.expect("next");
            there.send(run("p", "mutation { publish(channel: \\\"agent:moved\\\", event: \\\"a\\\") { offset } }"));
            there.expect("next");
            there.expect("complete");
            last = here.expect("next").at("/payload/data/updates");
            assertThat(last.path("offset").asLong()).isEqualTo(1);
            servers.get(0).process().destroy();
            assertThat(here.awaitClose()).isEqualTo(1012);
            there.send(run("p", "mutation { publish(channel: \\\"agent:moved\\\", event: \\\"b\\\") { offset } }"));
            there.expect("next");
            there.expect("complete");
            there.send(
                    run(
                            "1",
                            "subscription { updates(channel: \\\"agent:moved\\\", since: {epoch: \\\""
                                    + last.path("epoch").asText()
                                    + "\\\", offset: 1}) { ... on Subscribed { recovered replayed } ... on Event { event } } }"));
            assertThat(there.expect("next").at("/payload/data/updates").toString())
                    .isEqualTo("{\"recovered\":true,\"replayed\":1}");
            assertThat(there.expect("next").at("/payload/data/updates/event").asText())
                    .isEqualTo("b");
        }
    }

    private static DialectClient begun(TidingsServer server) {
        DialectClient client = DialectClient.offer(server, "/graphql", "graphql-transport-ws");
        client.send("{'type':'connection_init','payload':{'token':'" + TOKEN + "'}}")
                .expect("connection_ack");
        return client;
    }

    /** @param query escaped as in JSON */
    private static String run(String id, String query) {
        return "{'id':'" + id + "','type':'subscribe','payload':{'query':'" + query + "'}}";
    }
}
