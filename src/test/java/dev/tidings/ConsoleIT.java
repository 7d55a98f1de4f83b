package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Browser;
import dev.tidings.testing.Console;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each view of the console, opened, used and photographed in a real browser. */
class ConsoleIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    /** Places in the console, each with what it says there. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("overview", "Since the start"),
            Map.entry("stream", "demo.said"),
            Map.entry("channels/demo:phone", "level"),
            Map.entry("trends/device:motor_01?field=/state/speed", "now"),
            Map.entry("devices", "motor_01"),
            Map.entry("groups", "New group"),
            Map.entry("alerts", "Not acknowledged"),
            Map.entry("rules", "Raised when"),
            Map.entry("connections", "websocket"),
            Map.entry("publish/demo:phone", "Give a command"),
            Map.entry("presence/room:2", "Nobody is here"),
            Map.entry("permissions", "Your token"));

    private static TidingsServer server;
    private static Browser browser;
    private static Console console;
    private static String token;

    @BeforeAll
    static void start() {
        Optional<Path> program = Browser.find();
        assumeTrue(program.isPresent(), "skipped: there is no chromium or google-chrome on the path");
        server = TidingsServer.launch(Map.of(
                "tidings.pollers.tmux.enabled", "false",
                "tidings.devices.drivers.floor.kind", "simulated",
                "tidings.devices.drivers.floor.model", "motor",
                "tidings.devices.drivers.floor.devices", "motor_01,motor_02",
                "tidings.devices.drivers.belt.kind", "simulated",
                "tidings.devices.drivers.belt.model", "conveyor",
                "tidings.devices.drivers.belt.devices", "belt_01",
                "tidings.limits.connections-per-subject", "50"));
        browser = Browser.start(program.get());
        console = new Console(browser, server);
        server.awaitReady();
        token = WsClient.parse(server.get("/quick-start").body()).path("token").asText();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    @BeforeEach
    void look() {
        browser.size(1280, 800);
        browser.dark(false);
        console.open().says("Live");
    }

    @Test
    void theOverviewMoves() {
        console.go("overview")
                .shows("document.querySelectorAll('.chart path.line').length >= 6")
                .shows(
                        "[...document.querySelectorAll('.chart path.line')].filter(each => each.getAttribute('d')).length >= 4")
                .says("Since the start")
                .photograph("overview");
        String before = console.value("document.querySelector('.chart path.line').getAttribute('d')")
                .asText();
        console.shows("document.querySelector('.chart path.line').getAttribute('d') !== '" + before + "'");
    }

    @Test
    void theStreamIsFilteredByTheServiceAndHeldStill() {
        console.go("stream").fill("Channels", "demo:*").fill("Types", "demo.*").press("Filter");
        console.press("Add condition")
                .fill("Field", "/payload/n")
                .fill("Operator", "ge")
                .fill("Value", "2");
        awaitStream("demo:*", true);
        IntStream.rangeClosed(1, 3)
                .forEach(n -> publish("demo:stream", "demo.said", "{\"n\":" + n + ",\"text\":\"number " + n + "\"}"));
        console.says("number 3").says("number 2");
        assertThat(browser.text()).doesNotContain("number 1");
        console.press("Pause");
        publish("demo:stream", "demo.said", "{\"n\":4,\"text\":\"number 4\"}");
        console.says("Go on (1 new)");
        assertThat(browser.text()).doesNotContain("number 4");
        console.press("Go on (1 new)").says("number 4");
        console.shows("document.querySelector('.row').click() ?? true")
                .says("demo:stream")
                .photograph("stream");
        browser.evaluate("document.querySelector('.row').focus()");
        browser.key("ArrowDown");
        assertThat(console.value("document.activeElement.innerText").asText()).contains("number 3");
        console.press("Close event");
    }

    /** As many as come: what is drawn is bounded, and the page goes on answering meanwhile. */
    @Test
    void aStormDoesNotFreezeThePage() {
        int events = 10_000;
        console.go("stream").fill("Channels", "storm:*").fill("Types", "");
        awaitStream("storm:*", false);
        console.value("window.gaps = []; window.last = performance.now(); (function frame(now) { gaps.push(now - last);"
                + " last = now; window.frames0 = requestAnimationFrame(frame); })(last); 1");
        String lines = IntStream.range(0, 1000)
                .mapToObj(n -> "{\"channel\":\"storm:" + n % 50 + "\",\"event\":\"storm.blew\",\"payload\":{\"n\":" + n
                        + ",\"speed\":12.5,\"text\":\"as much as an event usually has\"}}\n")
                .collect(Collectors.joining());
        long begun = System.nanoTime();
        for (int i = 0; i < events / 1000; i++) {
            assertThat(send("/api/v1/events", "application/x-ndjson", lines).statusCode())
                    .isEqualTo(200);
        }
        console.shows("document.querySelector('.status-line').innerText.includes('10,000 heard')");
        double seconds = (System.nanoTime() - begun) / 1e9;
        double longest = console.value("cancelAnimationFrame(frames0); Math.max(...gaps)")
                .asDouble();
        System.out.printf(
                "# console: %.0f events/s heard, longest time without a frame %.0f ms%n", events / seconds, longest);
        assertThat(console.value("document.querySelectorAll('.rows li').length").asInt())
                .isBetween(10, 100);
        console.photograph("storm");
    }

    @Test
    void aStateIsATreeAndSaysWhatChanged() {
        patch("demo:lamp", "{\"on\":true,\"level\":70,\"place\":{\"room\":\"hall\",\"floor\":2}}");
        String link = "document.querySelector('a[href=\"#/channels/demo:lamp\"]')";
        console.go("channels")
                .shows("!!" + link)
                .shows(link + ".click() ?? true")
                .says("hall");
        patch("demo:lamp", "{\"level\":80,\"place\":{\"floor\":3}}");
        console.says("was 70").says("was 2").shows("document.querySelectorAll('.leaf.changed').length === 2");
        console.fill("Find", "lamp").photograph("channels");
        console.press("place {2}").shows("!document.querySelector('.tree').innerText.includes('hall')");
    }

    @Test
    void aTrendGoesOnAndIsLookedAtCloser() {
        control("motor_02", "{\"on\":true,\"speed\":1500}");
        console.go("trends/device:motor_02")
                .press("actual_speed")
                .says("came live")
                .photograph("trends");
        console.shows("document.querySelector('.chart .line').getAttribute('d').length > 40");
        console.press("Closer").press("Back to live").shows("!document.body.innerText.includes('Back to live')");
        console.press("1 min").says("came live");
    }

    @Test
    void devicesAreControlledAsTheirTypesSay() {
        control("motor_01", "{\"on\":false,\"speed\":100}");
        console.go("devices").says("motor_01").says("motor_02").says("belt_01");
        String card = "document.querySelector('section[aria-label=motor_01]')";
        console.shows(card + ".querySelector('input[type=range]').max === '3000'");
        console.shows(card + ".querySelector('[role=switch]').click() ?? true");
        awaitState("device:motor_01", "/on", "true");
        console.value("(field => { field.value = '99999'; for (const type of ['input', 'change'])"
                + " field.dispatchEvent(new Event(type, {bubbles: true})); })(" + card
                + ".querySelector('input[type=number]'))");
        console.says("allowed is a whole number from 0 to 3000 rpm").photograph("devices");
        console.value("(field => { field.value = '1200'; for (const type of ['input', 'change'])"
                + " field.dispatchEvent(new Event(type, {bubbles: true})); })(" + card
                + ".querySelector('input[type=number]'))");
        awaitState("device:motor_01", "/speed", "1200");
    }

    @Test
    void aGroupIsMadeAndChangedAsAWhole() {
        console.go("groups")
                .fill("Name", "hall")
                .press("motor_01")
                .press("motor_02")
                .press("Save")
                .says("Who is in hall");
        console.fill("Change, as JSON", "{\"speed\": 777}")
                .press("Change 2 devices")
                .says("all 2 devices")
                .photograph("groups");
        awaitState("device:motor_02", "/speed", "777");
        console.fill("Change, as JSON", "{\"speed\": -1}")
                .press("Change 2 devices")
                .says("2 of 2 devices did not change");
        console.press("Delete group").press("Really delete?").says("There is none yet");
    }

    @Test
    void aRuleIsTriedSavedAndItsAlertAcknowledged() {
        patch("oven:1", "{\"temperature\":95}");
        console.go("rules/new").fill("Name", "too-hot").fill("Channels", "oven:*");
        console.fill("Field", "/payload/patch/temperature").fill("Value", "80").fill("Severity", "critical");
        console.press("Dry run").says("would have raised 1 alert").photograph("rules");
        console.press("Save").says("too-hot").shows("location.hash === '#/rules/too-hot'");
        Awaitility.await().atMost(SOON).until(() -> {
            patch("oven:1", "{\"temperature\":" + (90 + System.nanoTime() % 9) + "}");
            return server.send(server.request("/api/v1/alerts", token).build())
                    .body()
                    .contains("oven:1");
        });
        console.go("alerts").says("oven:1").photograph("alerts");
        console.press("Acknowledge too-hot in oven:1")
                .says("Noted: too-hot in oven:1.")
                .says("acknowledged");
        console.go("rules/too-hot").press("Delete rule").press("Really delete?").says("There is none yet");
    }

    @Test
    void operatorsSendConnectionsAway() {
        try (WsClient other = WsClient.connect(server, token)) {
            console.go("connections").says(other.connection()).photograph("connections");
            String name = ": "
                    + console.value("document.querySelector('.who b').innerText")
                            .asText() + ", " + other.connection();
            console.press("Disconnect" + name).press("Really?" + name).says("was disconnected");
            assertThat(other.awaitClose().code()).isEqualTo(4403);
        }
    }

    @Test
    void eventsStatesAndCommandsAreSent() {
        try (WsClient handler = WsClient.connect(server, token)) {
            handler.ask("{\"type\":\"handle\",\"id\":\"1\",\"channel\":\"agent:*\"}");
            console.go("publish/agent:7").fill("Type", "agent.started").fill("Payload, as JSON", "{\"by\": \"me\"}");
            console.press("Publish").says("Stored at offset 1");
            console.fill("Payload, as JSON", "{by}").press("Publish").says("The payload is not valid JSON");
            console.fill("Merge patch, as JSON", "{\"busy\": true}")
                    .press("Change")
                    .says("Changed, at offset 2.");
            console.fill("Name", "restart")
                    .fill("Arguments, as JSON", "{\"force\": true}")
                    .press("Give");
            JsonNode command = handler.expect("command");
            assertThat(command.at("/payload/args/force").asBoolean()).isTrue();
            handler.send("{\"type\":\"command_result\",\"command\":\""
                    + command.path("id").asText() + "\",\"payload\":{\"status\":\"ok\",\"result\":{\"pid\":4711}}}");
            console.says("4711").photograph("publish");
        }
        console.fill("Channel", "nobody:here").press("Give").says("Start an agent that handles this channel");
        console.fill("Channel", "No Channel").press("Publish").says("“No Channel” is no channel");
    }

    @Test
    void whoIsPresentComesAndGoes() {
        console.go("presence/room:1").says("Nobody is here");
        console.press("Be present yourself").says("1 member");
        try (WsClient other = WsClient.connect(server, token)) {
            other.subscribe("room:1", "{\"presence\":true}");
            console.says("came").says("2 members").photograph("presence");
        }
        console.says("left").says("1 member");
    }

    @Test
    void permissionsAreExplained() {
        console.go("permissions").fill("To do what", "publish").fill("In which channel or pattern", "agent:42");
        console.press("Ask")
                .says("Yes. You may publish in agent:42, by the permission *:*.")
                .photograph("permissions");
        console.press("Somebody else’s token")
                .fill("Subject", "bob")
                .fill("Permissions that it lists", "subscribe:agent:*");
        console.press("Ask").says("No. bob may not publish in agent:42");
        console.fill("In which channel or pattern", "NO").press("Ask").shows("!!document.querySelector('.said.bad')");
    }

    @Test
    void everyViewFitsAPhoneIsDarkAndNamesItsControls() {
        patch("demo:phone", "{\"on\":true,\"level\":70}");
        publish("demo:phone", "demo.said", "{\"text\":\"hello\"}");
        control("motor_01", "{\"speed\":300}");
        control("motor_01", "{\"speed\":400}");
        PLACES.forEach((place, text) -> {
            String view = place.replaceAll("[/?].*", "");
            browser.size(390, 844);
            browser.dark(true);
            console.go(place).says(text);
            console.shows("document.querySelectorAll('main.view-" + view + " h1').length === 1");
            console.shows("document.querySelector('main').scrollWidth <= 390").photograph("phone-" + view);
            assertThat(console.nameless()).as(view).isEmpty();
            browser.size(1280, 800);
            console.shows("document.querySelector('main').clientWidth > 900").photograph("dark-" + view);
            assertThat(console.nameless()).as(view).isEmpty();
        });
        String background = "getComputedStyle(document.body).backgroundColor === ";
        console.shows(background + "'rgb(14, 19, 21)'").press("Colours: as the system has them");
        console.shows(background + "'rgb(245, 246, 243)'");
        console.press("Colours: light").press("Colours: dark");
        browser.size(390, 844);
        console.press("Views")
                .shows("document.getElementById('views').checkVisibility()")
                .photograph("phone-menu");
        console.press("Devices").shows("!document.getElementById('views').checkVisibility()");
        // That the service refused something is no fault of the page.
        assertThat(browser.faults()).allMatch(fault -> fault.contains("\"source\":\"network\""));
        assertThat(browser.requests())
                .as("nothing from elsewhere")
                .allMatch(url -> url.matches("(http|ws)://127\\.0\\.0\\.1:" + server.port() + "/.*"));
    }

    @Test
    void whatItLoadsIsSmall() throws IOException {
        HttpResponse<String> script = server.get("/console/main.js");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(script.body().getBytes(StandardCharsets.UTF_8));
        }
        double drawn = console.value("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
                .asDouble();
        System.out.printf(
                "# console: its script has %d bytes gzipped, it is drawn after %.0f ms%n", packed.size(), drawn);
        assertThat(packed.size()).isLessThan(200_000);
        assertThat(script.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("frame-ancestors 'none'");
    }

    /** Until the service sends what the stream asks for, nothing else, and nothing is on its way any more. */
    private static void awaitStream(String target, boolean filtered) {
        String channel = target.replace("*", "probe");
        AtomicInteger tries = new AtomicInteger(1000);
        Awaitility.await("a subscription to " + target).atMost(SOON).until(() -> {
            int n = tries.incrementAndGet();
            if (filtered) {
                publish(channel, "demo.probe", "{\"n\":1,\"unfit\":" + n + "}");
            }
            publish(channel, "demo.probe", "{\"n\":" + n + "}");
            try {
                browser.await("document.body.innerText.includes('n: " + n + "}')", Duration.ofSeconds(1));
            } catch (ConditionTimeoutException notYet) {
                return false;
            }
            return !browser.text().contains("unfit: " + n);
        });
        console.press("Clear").shows("/\\b0 heard/.test(document.querySelector('.status-line').innerText)");
    }

    private static void awaitState(String channel, String pointer, String value) {
        Awaitility.await(channel + " " + pointer)
                .atMost(SOON)
                .until(() -> WsClient.parse(server.send(server.request("/api/v1/channels/" + channel + "/state", token)
                                        .build())
                                .body())
                        .at(pointer)
                        .asText()
                        .equals(value));
    }

    private static void publish(String channel, String event, String payload) {
        String body = "{\"event\":\"" + event + "\",\"payload\":" + payload + "}";
        assertThat(server.post("/api/v1/channels/" + channel + "/events", token, body)
                        .statusCode())
                .isEqualTo(201);
    }

    private static void patch(String channel, String patch) {
        HttpRequest request = server.request("/api/v1/channels/" + channel + "/state", token)
                .setHeader("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(patch))
                .build();
        assertThat(server.send(request).statusCode()).isEqualTo(200);
    }

    /** A simulated device comes into being with its driver's first report. */
    private static void control(String device, String change) {
        Awaitility.await(device)
                .atMost(SOON)
                .until(() ->
                        server.post("/api/v1/devices/" + device, token, change).statusCode() == 200);
    }

    private static HttpResponse<String> send(String path, String type, String body) {
        return server.send(server.request(path, token)
                .setHeader("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }
}
