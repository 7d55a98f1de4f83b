package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.checker.fault.Fault;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Payloads;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Who publishes and who follows: two tenants that use the same names. */
public final class Load implements AutoCloseable {
    private static final List<String> TENANTS = List.of("red", "blue");
    private static final List<String> CHANNELS =
            List.of("plain:1", "plain:2", "plain:3", "plain:4", "state:1", "state:2");
    private static final Duration UNTIL_SUBSCRIBED = Duration.ofSeconds(30);

    private final Client client = new Client();
    private final History history;
    private final Setting setting;
    private final Random random;
    private final List<Following> followers = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();

    /**
     * Where it takes place.
     *
     * @param followersDoors where followers reach the service
     * @param publishersDoors where publishers do
     * @param label what names of channels begin with, to tell this load from others
     * @param refusalsBind whether nothing is there of what was answered to be unavailable
     * @param streams whether there are followers by Server-Sent Events, too
     * @param patience how long the last events may take to everybody
     */
    public record Setting(
            Doors followersDoors,
            Doors publishersDoors,
            String label,
            boolean refusalsBind,
            boolean streams,
            Duration patience) {}

    public Load(History history, Setting setting, long seed) {
        this.history = history;
        this.setting = setting;
        this.random = new Random(seed);
        TENANTS.forEach(this::people);
    }

    private void people(String tenant) {
        follower(tenant, "channels-1", List.of("plain:1", "plain:2", "state:1"), 3600);
        follower(tenant, "channels-2", List.of("plain:3", "plain:4", "state:2"), 3600);
        follower(tenant, "expiring", List.of("plain:1", "plain:4", "state:1"), 6);
        follower(tenant, "pattern-plain", List.of("plain:*"), 3600);
        follower(tenant, "pattern-state", List.of("state:*"), 3600);
        if (setting.streams()) {
            stream(tenant, "stream-plain", "plain:2");
            stream(tenant, "stream-state", "state:2");
        }
        publisher(tenant, "one", 1, 25);
        publisher(tenant, "two", 1, 25);
        publisher(tenant, "three", 1, 25);
        publisher(tenant, "many", 20, 150);
    }

    private void follower(String tenant, String name, List<String> targets, int seconds) {
        followers.add(new Follower(
                client,
                history,
                tenant + '-' + name,
                tenant,
                targets.stream().map(this::labelled).toList(),
                setting.followersDoors(),
                token(tenant, name, seconds),
                random.nextLong()));
    }

    private void stream(String tenant, String name, String channel) {
        followers.add(new StreamFollower(
                client,
                history,
                tenant + '-' + name,
                tenant,
                labelled(channel),
                setting.followersDoors(),
                token(tenant, name, 3600),
                random.nextLong()));
    }

    private static Supplier<String> token(String tenant, String name, int seconds) {
        return () -> {
            Map<String, Object> claims = Tokens.claims(tenant + '-' + name, "subscribe:*");
            claims.put("tenant", tenant);
            claims.put("exp", System.currentTimeMillis() / 1000 + seconds);
            return Tokens.sign(claims);
        };
    }

    private void publisher(String tenant, String name, int batch, int pause) {
        Publisher.Pace pace = new Publisher.Pace(batch, pause, setting.refusalsBind());
        publishers.add(publisher(tenant, name, pace, random.nextLong()));
    }

    private Publisher publisher(String tenant, String name, Publisher.Pace pace, long seed) {
        return new Publisher(
                client, history, tenant + '-' + name, tenant, channels(), setting.publishersDoors(), pace, seed);
    }

    private List<String> channels() {
        return CHANNELS.stream().map(this::labelled).toList();
    }

    private String labelled(String target) {
        int colon = target.indexOf(':') + 1;
        return target.substring(0, colon) + setting.label() + target.substring(colon);
    }

    /** Everybody follows, then everybody publishes. */
    public void begin() {
        followers.forEach(Following::start);
        Awaitility.await("all have subscribed")
                .atMost(UNTIL_SUBSCRIBED)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> followers.stream().allMatch(Following::isSubscribed));
        publishers.forEach(Publisher::start);
    }

    /** What can be done to clients, and is no fault of theirs. */
    public List<Fault> faults() {
        return TENANTS.stream()
                .map(tenant -> Fault.passing("token revoked", tenant, () -> revoke(tenant, tenant + "-channels-1")))
                .toList();
    }

    private void revoke(String tenant, String subject) throws InterruptedException {
        String body = "{\"sub\":\"" + subject + "\",\"until\":" + (System.currentTimeMillis() + 1500) + "}";
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + setting.publishersDoors().any(random) + "/api/v1/tokens/revoke"))
                .timeout(Duration.ofSeconds(3))
                .header("Authorization", "Bearer " + Tokens.tenantToken(tenant, "operator", "admin:*"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            client.http().send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException unreachable) {
            // Then nobody is sent away.
        }
    }

    /** Publishers come to an end with what they have begun. */
    public void stopPublishing() {
        publishers.forEach(Publisher::stop);
        Awaitility.await("publishers have ended")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> publishers.stream().allMatch(Publisher::hasFinished));
    }

    /** Publishes one more event in each channel and waits until it has come to everybody; the verifier says who misses one. */
    public void end() {
        followers.forEach(Following::calmDown);
        for (String tenant : TENANTS) {
            Publisher last = publisher(tenant, "last", new Publisher.Pace(1, 1, false), 1);
            for (String channel : channels()) {
                if (!last.publishMark(channel)) {
                    throw new IllegalStateException(
                            "nothing can be published in " + channel + " although all is whole");
                }
                awaitHeard(tenant, channel, last.lastMark());
            }
        }
    }

    private void awaitHeard(String tenant, String channel, String id) {
        try {
            Awaitility.await()
                    .atMost(setting.patience())
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> followers.stream()
                            .filter(each -> each.follows(tenant, channel))
                            .allMatch(each -> each.hasHeard(id)));
        } catch (ConditionTimeoutException stuck) {
            // The verifier finds it, too, and says who.
        }
    }

    /** Notes what an instance's history and states are. */
    public void readBack(String name, TidingsServer server) {
        for (String tenant : TENANTS) {
            String token = Tokens.tenantToken(tenant, "reader", "history:*", "subscribe:*");
            for (String channel : channels()) {
                readBack(name, server, tenant, channel, token);
            }
        }
    }

    private void readBack(String name, TidingsServer server, String tenant, String channel, String token) {
        JsonNode read = Payloads.parse(server.send(server.request("/api/v1/channels/" + channel + "/events", token)
                        .build())
                .body());
        String epoch = read.path("epoch").asText();
        history.note(
                Kind.READ,
                name,
                0,
                tenant,
                channel,
                "",
                epoch,
                read.path("offset").asLong(),
                "");
        for (JsonNode event : read.path("events")) {
            String detail = Payloads.text(event.path("event").asText(), event.path("payload"));
            String id = event.path("id").asText();
            history.note(
                    Kind.STORED,
                    name,
                    0,
                    tenant,
                    channel,
                    id,
                    epoch,
                    event.path("offset").asLong(),
                    detail);
        }
        HttpResponse<String> state = server.send(
                server.request("/api/v1/channels/" + channel + "/state", token).build());
        if (state.statusCode() == 200) {
            String tag = state.headers().firstValue("ETag").orElseThrow().replace("\"", "");
            int colon = tag.lastIndexOf(':');
            long offset = Long.parseLong(tag.substring(colon + 1));
            history.note(Kind.STATE, name, 0, tenant, channel, "", tag.substring(0, colon), offset, state.body());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
