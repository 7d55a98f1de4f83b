package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Payloads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Follows a channel by Server-Sent Events, and resumes with the last id whenever its stream ends. */
public final class StreamFollower implements Following {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Client client;
    private final History history;
    private final String name;
    private final String tenant;
    private final String channel;
    private final Doors doors;
    private final Supplier<String> token;
    private final Random random;
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private String place = "";
    private volatile boolean calm;
    private volatile boolean subscribed;

    /** @param token makes one, anew for each connection */
    public StreamFollower(
            Client client,
            History history,
            String name,
            String tenant,
            String channel,
            Doors doors,
            Supplier<String> token,
            long seed) {
        this.client = client;
        this.history = history;
        this.name = name;
        this.tenant = tenant;
        this.channel = channel;
        this.doors = doors;
        this.token = token;
        this.random = new Random(seed);
    }

    @Override
    public void start() {
        client.run(() -> {
            for (int connection = 1; !client.isOver(); connection++) {
                String why;
                try {
                    why = read(connection);
                } catch (IOException e) {
                    why = e.toString();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                history.note(Kind.DISCONNECTED, name, connection, why);
                client.goOnAfter(50 + random.nextInt(400));
            }
        });
    }

    private String read(int connection) throws IOException, InterruptedException {
        String door = doors.any(random);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + door + "/api/v1/channels/" + channel + "/events"))
                .timeout(Duration.ofSeconds(5))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + token.get());
        if (!place.isEmpty()) {
            request.header("Last-Event-ID", place);
        }
        HttpResponse<InputStream> response =
                client.http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                return "status " + response.statusCode();
            }
            history.note(Kind.CONNECTED, name, connection, door);
            note(Kind.ASKED, connection, Integer.toString(connection), place, "");
            return new Stream(connection, body).read();
        }
    }

    /** One connection: its lines, and what they say so far. */
    private final class Stream {
        private final int connection;
        private final InputStream body;
        private final long leavesNanos =
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(20_000));
        private volatile long heardNanos = System.nanoTime();
        private volatile boolean over;
        private boolean confirmed;
        private String event = "";
        private String data = "";
        private String id = "";

        Stream(int connection, InputStream body) {
            this.connection = connection;
            this.body = body;
        }

        String read() throws IOException {
            client.run(this::watch);
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    heardNanos = System.nanoTime();
                    take(line);
                    if (!calm && System.nanoTime() > leavesNanos) {
                        return "it leaves";
                    }
                }
                return "the stream has ended";
            } finally {
                over = true;
            }
        }

        /** A stream without a sign of life is dead, whatever TCP says. */
        private void watch() {
            while (!over && client.goOnAfter(500)) {
                if (System.nanoTime() - heardNanos > SILENCE_NANOS) {
                    break;
                }
            }
            try {
                body.close();
            } catch (IOException alreadyGone) {
                // That is all that was wanted.
            }
        }

        private void take(String line) {
            if (line.isEmpty()) {
                told();
                event = "";
                data = "";
                id = "";
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            }
        }

        /** The first says where the stream begins; only a reset says that this is not where it was asked to. */
        private void told() {
            String question = confirmed ? "" : Integer.toString(connection);
            if (event.equals("reset")) {
                JsonNode reset = Payloads.parse(data);
                place = reset.path("epoch").asText()
                        + ':'
                        + reset.path("offset").asLong();
                note(Kind.SUBSCRIBED, connection, question, place, "not recovered 0");
                confirmed = true;
                return;
            }
            if (!confirmed && !id.isEmpty()) {
                note(Kind.SUBSCRIBED, connection, question, place.isEmpty() ? id : place, "recovered 0");
                confirmed = true;
                subscribed = true;
            }
            if (event.isEmpty() && !data.isEmpty()) {
                delivered(Payloads.parse(data));
            } else if (event.equals("gap")) {
                JsonNode gap = Payloads.parse(data);
                history.note(
                        Kind.GAP,
                        name,
                        connection,
                        tenant,
                        channel,
                        "",
                        "",
                        gap.path("from").asLong(),
                        gap.path("to").asText());
            }
            if (!id.isEmpty()) {
                place = id;
            }
        }

        private void delivered(JsonNode message) {
            String event = message.path("id").asText();
            history.note(
                    Kind.DELIVERED,
                    name,
                    connection,
                    tenant,
                    message.path("channel").asText(),
                    event,
                    "",
                    message.path("offset").asLong(),
                    Payloads.text(message.path("event").asText(), message.path("payload")));
            if (calm) {
                heard.add(event);
            }
        }
    }

    /** @param at epoch and offset with a colon between */
    private void note(Kind kind, int connection, String question, String at, String detail) {
        int colon = at.lastIndexOf(':');
        String epoch = colon < 0 ? "" : at.substring(0, colon);
        long offset = colon < 0 ? 0 : Long.parseLong(at.substring(colon + 1));
        history.note(kind, name, connection, tenant, channel, question, epoch, offset, detail);
    }

    @Override
    public void calmDown() {
        calm = true;
    }

    @Override
    public boolean isSubscribed() {
        return subscribed;
    }

    @Override
    public boolean hasHeard(String id) {
        return heard.contains(id);
    }

    @Override
    public boolean follows(String ofTenant, String ofChannel) {
        return tenant.equals(ofTenant) && channel.equals(ofChannel);
    }

    @Override
    public String name() {
        return name;
    }
}
