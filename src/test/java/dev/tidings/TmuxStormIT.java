package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.source.tmux.TestTmux;
import dev.tidings.testing.GradualClient;
import dev.tidings.testing.GradualClient.Way;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What tmux does faster than anybody can look, and clients that poll beside clients that listen. */
class TmuxStormIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final int WINDOWS = 50;
    private static final int PER_SECOND = 10;
    private static final int BURST = 20;
    private static final String FLAG = "feature:tmux-push";
    private static final String RENAMED = "tmux.window.renamed";

    private static TestTmux tmux;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        tmux = TestTmux.create();
        tmux.session("always");
        server = TidingsServer.start(Map.of(
                "tidings.channels.tmux.history-size",
                "10000",
                "tidings.pollers.tmux.enabled",
                "true",
                "tidings.pollers.tmux.socket",
                tmux.server().name(),
                "tidings.pollers.tmux.interval",
                "100ms",
                "tidings.pollers.tmux.events-per-second",
                Integer.toString(PER_SECOND),
                "tidings.pollers.tmux.burst",
                Integer.toString(BURST)));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            tmux.close();
        }
    }

    @Test
    void ofTenThousandChangesTheLastAreKeptAndTheRestIsToldWithinLimits() {
        session("storm");
        storm("storm", 20, 500);
        Map<String, String> names = names("storm");
        assertThat(names.values()).contains("w9999", "w9950");
        Awaitility.await("the last names").until(() -> namesIn(state("storm")).equals(names));

        Awaitility.await("what the states say was renamed")
                .untilAsserted(() -> assertThat(told(history("storm")) + counted(history("storm")))
                        .isEqualTo(renamedIn(history("storm"))));
        List<JsonNode> events = history("storm");
        assertThat(events)
                .extracting(each -> each.path("offset").asLong())
                .isEqualTo(IntStream.rangeClosed(1, events.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(counted(events)).isPositive();
        long millis = events.getLast().path("timestamp").asLong()
                - events.getFirst().path("timestamp").asLong();
        assertThat(told(events)).isLessThanOrEqualTo(BURST + PER_SECOND * (millis / 1000 + 2));
        Awaitility.await("the metric")
                .until(() -> metric("tidings_poller_coalesced_total{poller=\"tmux\"}") >= counted(events));
    }

    @Test
    void whoPollsAndWhoListensEndWithTheSameAlsoWhenTheFlagChangesThemOver() {
        session("both");
        GradualClient polling = GradualClient.start(server, "tmux:both", "polling", new Way.Polling());
        GradualClient listening = GradualClient.start(server, "tmux:both", "listening", new Way.Listening());
        GradualClient flagged = GradualClient.start(server, "tmux:both", "flagged", new Way.Flagged(FLAG));
        Awaitility.await("they are on their ways").until(() -> flagged.changes() == 1 && listening.listens());
        for (boolean on : new boolean[] {true, false, true, false}) {
            int before = flagged.changes();
            flag(on);
            storm("both", 2, 200);
            Awaitility.await("changed over").until(() -> flagged.changes() > before && flagged.listens() == on);
        }
        storm("both", 2, 300);
        Map<String, String> names = names("both");
        Awaitility.await("the last names").until(() -> namesIn(state("both")).equals(names));
        server.post("/api/v1/channels/tmux:both/events", ALL, "{\"event\":\"" + GradualClient.LAST + "\"}");

        for (GradualClient client : List.of(polling, listening, flagged)) {
            assertThat(namesIn(client.state())).isEqualTo(names);
            assertThat(client.state()).isEqualTo(polling.state());
            List<JsonNode> all = history("both");
            assertThat(ids(client.events())).isEqualTo(ids(after(client.startedAt(), all)));
        }
        assertThat(flagged.changes()).isEqualTo(5);
        assertThat(polling.changes()).isEqualTo(1);
        assertThat(listening.changes()).isEqualTo(1);
    }

    private static long told(List<JsonNode> events) {
        return events.stream()
                .filter(each -> each.path("event").asText().equals(RENAMED))
                .count();
    }

    private static long counted(List<JsonNode> events) {
        return events.stream()
                .filter(each -> each.path("event").asText().equals("events.coalesced"))
                .mapToLong(each -> each.at("/payload/types").path(RENAMED).asLong())
                .sum();
    }

    private static List<JsonNode> after(long offset, List<JsonNode> all) {
        return all.stream()
                .filter(each -> each.path("offset").asLong() > offset)
                .toList();
    }

    private static List<String> ids(List<JsonNode> events) {
        return events.stream()
                .map(each ->
                        each.path("offset").asText() + ' ' + each.path("id").asText())
                .toList();
    }

    /** A session whose windows are all there and have their names. */
    private static void session(String name) {
        tmux.session(name);
        List<String> lines = new ArrayList<>();
        for (int i = 1; i < WINDOWS; i++) {
            lines.add("new-window -d -t " + name + ": -n first cat");
        }
        source(name, lines);
        Awaitility.await(name).until(() -> {
            JsonNode state = state(name);
            return state.path("windows").size() == WINDOWS
                    && state.toString().split("\"command\":\"cat\"", -1).length == WINDOWS + 1;
        });
    }

    /** Renames windows again and again, as quick as tmux can. */
    private static void storm(String session, int files, int renamings) {
        List<String> windows = windows(session);
        for (int file = 0; file < files; file++) {
            int from = file * renamings;
            source(
                    session,
                    IntStream.range(from, from + renamings)
                            .mapToObj(i -> "rename-window -t " + windows.get(i % WINDOWS) + " w" + i)
                            .toList());
        }
    }

    private static void source(String name, List<String> commands) {
        try {
            Path file = tmux.directory().resolve(name + ".conf");
            Files.write(file, commands);
            tmux.run("source-file", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> windows(String session) {
        return tmux.run("list-windows", "-t", session, "-F", "#{window_id}")
                .lines()
                .toList();
    }

    /** What tmux itself says. */
    private static Map<String, String> names(String session) {
        Map<String, String> names = new HashMap<>();
        tmux.run("list-windows", "-t", session, "-F", "#{window_id} #{window_name}")
                .lines()
                .map(line -> line.split(" ", 2))
                .forEach(window -> names.put(window[0], window[1]));
        return names;
    }

    private static Map<String, String> namesIn(JsonNode state) {
        Map<String, String> names = new HashMap<>();
        state.path("windows")
                .properties()
                .forEach(window -> names.put(
                        window.getKey(), window.getValue().path("name").asText()));
        return names;
    }

    /** How many windows had another name before, in all changes of the state. */
    private static long renamedIn(List<JsonNode> events) {
        return events.stream()
                .map(each -> each.at("/payload/previous/windows"))
                .flatMap(windows -> windows.properties().stream())
                .filter(window -> window.getValue().path("name").isTextual())
                .count();
    }

    private static void flag(boolean on) {
        var answer = server.send(server.request("/api/v1/channels/" + FLAG + "/state", ALL)
                .setHeader("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"enabled\":" + on + "}"))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode state(String session) {
        var answer = server.send(server.request("/api/v1/channels/tmux:" + session + "/state", ALL)
                .build());
        return answer.statusCode() == 200 ? WsClient.parse(answer.body()) : WsClient.JSON.missingNode();
    }

    private static List<JsonNode> history(String session) {
        var answer = server.send(server.request("/api/v1/channels/tmux:" + session + "/events?limit=10000", ALL)
                .build());
        List<JsonNode> events = new ArrayList<>();
        WsClient.parse(answer.body()).path("events").forEach(events::add);
        return events;
    }

    private static double metric(String series) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
