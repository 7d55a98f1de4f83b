package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Payloads;
import dev.tidings.testing.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Publishes one batch after the other by REST, each event with an id of its own and what tells who sent it. While it is not known what
 * became of a batch it is sent again, anywhere, with the same ids; sometimes it is left at that.
 */
public final class Publisher {
    private static final int MOST_TRIES = 60;
    private static final String PAD = "x".repeat(1500);

    private final Client client;
    private final History history;
    private final String name;
    private final String tenant;
    private final List<String> channels;
    private final Doors doors;
    private final Pace pace;
    private final Random random;
    private final String token;
    private volatile boolean done;
    private volatile boolean finished;
    private int made;

    /**
     * How it publishes.
     *
     * @param batch how many events at most in one call; a single one goes by the call for one
     * @param pauseMillis between two calls
     * @param refusalsBind whether nothing is there of what was answered to be unavailable: not known where the log is elsewhere
     */
    public record Pace(int batch, int pauseMillis, boolean refusalsBind) {}

    public Publisher(
            Client client,
            History history,
            String name,
            String tenant,
            List<String> channels,
            Doors doors,
            Pace pace,
            long seed) {
        this.client = client;
        this.history = history;
        this.name = name;
        this.tenant = tenant;
        this.channels = channels;
        this.doors = doors;
        this.pace = pace;
        this.random = new Random(seed);
        this.token = Tokens.tenantToken(tenant, name, "publish:*");
    }

    /** Begins. */
    public void start() {
        client.run(this::live);
    }

    /** It comes to an end with the batch that is on its way. */
    public void stop() {
        done = true;
    }

    public boolean hasFinished() {
        return finished;
    }

    private void live() {
        while (!done && client.goOnAfter(random.nextInt(2 * pace.pauseMillis()))) {
            List<Draft> drafts = new ArrayList<>();
            int count = 1 + random.nextInt(pace.batch());
            for (int i = 0; i < count; i++) {
                drafts.add(draft(channels.get(random.nextInt(channels.size()))));
            }
            publish(drafts, random.nextInt(5) == 0);
        }
        finished = true;
    }

    private Draft draft(String channel) {
        int number = ++made;
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        if (!channel.startsWith("state:")) {
            payload.put("by", name).put("n", number);
            if (random.nextInt(10) == 0) {
                payload.put("pad", PAD.substring(random.nextInt(PAD.length())));
            }
            return new Draft(tenant, channel, name + '-' + number, "check.made", payload);
        }
        payload.set("patch", JsonNodeFactory.instance.objectNode().put(name, number));
        return new Draft(tenant, channel, name + '-' + number, "state.changed", payload);
    }

    /** Publishes one event that has to arrive, however long it takes; true when it is acknowledged. */
    public boolean publishMark(String channel) {
        int number = ++made;
        ObjectNode payload =
                JsonNodeFactory.instance.objectNode().put("by", name).put("n", number);
        return publish(List.of(new Draft(tenant, channel, "mark-" + name + '-' + number, "check.mark", payload)), false)
                .isEmpty();
    }

    /** The id of the mark made last. */
    public String lastMark() {
        return "mark-" + name + '-' + made;
    }

    /** Returns what was not acknowledged. */
    private List<Draft> publish(List<Draft> drafts, boolean givesUp) {
        for (Draft draft : drafts) {
            String detail = Payloads.text(draft.event(), draft.payload());
            history.note(Kind.SENT, name, 0, tenant, draft.channel(), draft.id(), "", 0, detail);
        }
        List<Draft> open = drafts;
        boolean alwaysRefused = pace.refusalsBind();
        String last = "";
        for (int tries = 1; !open.isEmpty() && tries <= MOST_TRIES; tries++) {
            if (tries > 1) {
                open.forEach(
                        draft -> history.note(Kind.AGAIN, name, 0, tenant, draft.channel(), draft.id(), "", 0, ""));
            }
            Answer answer = send(open);
            alwaysRefused &= answer.refused();
            open = answer.open();
            last = answer.why();
            boolean leaves = givesUp ? random.nextInt(3) == 0 : done && alwaysRefused;
            if (open.isEmpty() || leaves || !client.goOnAfter(100 + random.nextInt(400))) {
                break;
            }
        }
        for (Draft draft : open) {
            Kind kind = alwaysRefused ? Kind.REFUSED : Kind.UNKNOWN;
            history.note(kind, name, 0, tenant, draft.channel(), draft.id(), "", 0, last);
        }
        return open;
    }

    /**
     * What a call was answered.
     *
     * @param open what has not been acknowledged
     * @param refused whether the service said of all of these that it did not take them
     */
    private record Answer(List<Draft> open, boolean refused, String why) {}

    private Answer send(List<Draft> drafts) {
        boolean single = pace.batch() == 1;
        Draft first = drafts.getFirst();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        drafts.forEach(draft -> all.add(draft.json()));
        String path = single ? "/api/v1/channels/" + first.channel() + "/events" : "/api/v1/events";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + doors.any(random) + path))
                .timeout(Duration.ofSeconds(4))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString((single ? first.json() : all).toString()))
                .build();
        try {
            HttpResponse<String> response = client.http().send(request, HttpResponse.BodyHandlers.ofString());
            return read(drafts, response.statusCode(), Payloads.parse(response.body()), single);
        } catch (IOException e) {
            return new Answer(drafts, false, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(drafts, false, "the end");
        }
    }

    private Answer read(List<Draft> drafts, int status, JsonNode body, boolean single) {
        if (status != 200 && status != 201) {
            return new Answer(drafts, body.path("code").asText().equals("unavailable"), status + " " + body);
        }
        List<Draft> open = new ArrayList<>();
        boolean refused = true;
        String why = "";
        for (int i = 0; i < drafts.size(); i++) {
            JsonNode result = single ? body : body.path("results").path(i);
            if (result.has("offset")) {
                acknowledged(drafts.get(i), result);
            } else {
                open.add(drafts.get(i));
                refused &= result.at("/error/code").asText().equals("unavailable");
                why = result.toString();
            }
        }
        return new Answer(open, refused, why);
    }

    private void acknowledged(Draft draft, JsonNode result) {
        history.note(
                Kind.ACKED,
                name,
                0,
                tenant,
                draft.channel(),
                draft.id(),
                result.path("epoch").asText(),
                result.path("offset").asLong(),
                "");
    }
}
