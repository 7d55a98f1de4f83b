package dev.tidings;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RawSocketIo;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of Socket.IO that are none: what they do costs them their own session, and nobody else anything. */
class SocketIoHostileIT {
    private static final String ALL = Tokens.token("eve", "*:*");

    private static TidingsServer server;

    /** Somebody who behaves, and is there all the time. */
    private RawSocketIo bystander;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.connections-per-subject", "50",
                "tidings.limits.message-size", "128K",
                "tidings.limits.queue-size", "64K",
                "tidings.auth.authenticate-within", "2s",
                "tidings.auth.allowed-origins", "https://panel.example",
                "tidings.heartbeat", "2s"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void somebodyBehaves() {
        bystander = RawSocketIo.connect(server, Tokens.token("ada", "*:*")).keepAlive();
        bystander.say("421[\"join_project\",{\"project_id\":\"calm\"}]").expect("431[{\"ok\":true");
    }

    @AfterEach
    void andIsNotDisturbed() {
        bystander.say("422[\"chat_message\",{\"text\":\"still here\"}]").expect("42[\"chat_message\"");
        bystander.say("1");
    }

    /** Somebody who shows that it lives: it does not end because it is silent. */
    private static RawSocketIo eve() {
        return RawSocketIo.connect(server, ALL).keepAlive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?EIO=3&transport=polling 400 5",
                "?transport=polling 400 5",
                "?EIO=4&transport=carrier-pigeon 400 0",
                "?EIO=4 400 0",
                "?EIO=4&transport=websocket 400 3",
                "?EIO=4&transport=polling&sid=nobody 400 1",
                "?EIO=4&transport=polling&sid= 400 1",
                "?EIO=4&transport=polling&sid=%zz 400 3"
            })
    void aRequestThatIsNoneIsRefused(String line) throws IOException {
        String[] parts = line.split(" ", -1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            String request = "GET /socket.io/" + parts[0] + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 " + parts[1]);
            if (!parts[0].contains("%")) {
                assertThat(answer).contains("{\"code\":" + parts[2]);
            }
        }
    }

    @Test
    void aSessionBeginsWithAGet() {
        HttpResponse<String> answer =
                server.send(HttpRequest.newBuilder(server.uri("/socket.io/?EIO=4&transport=polling"))
                        .POST(HttpRequest.BodyPublishers.ofString("40"))
                        .build());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "x", "2", "5", "0{}", "3\u001e\u001e3", "4\u0000"})
    void whatIsNoPacketEndsItsSession(String payload) {
        RawSocketIo eve = eve();
        eve.post(payload);
        eve.expect("1");
        eve.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4",
                "49",
                "42",
                "42[",
                "42{}",
                "42[1]",
                "42[null]",
                "42[\"a\"]]",
                "42[\"\\ud800\"]",
                "431",
                "43[]",
                "45-[\"a\"]",
                "4511-[\"a\"]",
                "40",
                "40{\"token\":1}",
                "44{}",
                "42/admin,[\"a\"]",
                "42123456789012345678[\"a\"]",
                "bAAAA"
            })
    void threeMessagesThatAreNoneEndTheirSession(String message) {
        RawSocketIo eve = eve();
        eve.say(message);
        assertThat(eve.expect("42[\"error\"")).contains("\"code\":\"");
        eve.post(message + '\u001e' + message + '\u001e' + message);
        eve.awaitEnd();
    }

    @Test
    void idsCannotBeGuessedAndNobodyElsesIsKnown() {
        RawSocketIo eve = RawSocketIo.open(server);
        RawSocketIo other = RawSocketIo.open(server);
        assertThat(eve.sid()).matches("[A-Za-z0-9_-]{24}").isNotEqualTo(other.sid());
        String shown = server.send(server.request("/api/v1/connections", Tokens.token("ops", "admin:*"))
                        .build())
                .body();
        assertThat(shown).doesNotContain(bystander.sid());
        String connected =
                RawSocketIo.open(server).say("40{\"token\":\"" + ALL + "\"}").expect("40");
        assertThat(connected).doesNotContain(eve.sid());
    }

    @Test
    void aBodyThatIsTooLongEndsItsSession() {
        RawSocketIo stranger = RawSocketIo.open(server);
        assertThat(stranger.post("4" + "x".repeat(64 * 1024)).statusCode()).isEqualTo(413);
        stranger.awaitEnd();
        RawSocketIo eve = eve();
        String long100 = "x".repeat(100 * 1024);
        eve.say("42[\"join_project\",{\"project_id\":\"" + long100 + "\"}]").expect("42[\"error\"");
        assertThat(eve.post("4" + "x".repeat(128 * 1024)).statusCode()).isEqualTo(413);
        eve.awaitEnd();
    }

    @Test
    void whoSaysNothingDoesNotStay() {
        RawSocketIo stranger = RawSocketIo.open(server);
        RawSocketIo silent = RawSocketIo.connect(server, ALL);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(stranger::isGone);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(silent::isGone);
    }

    @Test
    void twoPollsAtOnceEndTheirSession() {
        RawSocketIo eve = eve();
        CompletableFuture<HttpResponse<String>> first = eve.poll();
        CompletableFuture<HttpResponse<String>> second = eve.poll();
        assertThat(first.join().statusCode() + second.join().statusCode()).isEqualTo(600);
        eve.awaitEnd();
    }

    @Test
    void twoBodiesAtOnceEndTheirSession() throws IOException {
        RawSocketIo eve = eve();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String begun = "POST " + eve.uri().getRawPath() + '?' + eve.uri().getRawQuery()
                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n42[";
            socket.getOutputStream().write(begun.getBytes(US_ASCII));
            Awaitility.await().until(() -> eve.post("3").statusCode() == 400);
            eve.awaitEnd();
        }
    }

    @Test
    void aFloodEndsItsSession() {
        RawSocketIo eve = eve();
        eve.post("42[\"x\"]\u001e".repeat(400) + "3");
        eve.awaitEnd();
        RawSocketIo signs = eve();
        signs.post("3\u001e".repeat(20_000) + "3");
        signs.awaitEnd();
    }

    /** What waits for a client that asks for nothing is bounded like any connection's. */
    @Test
    void whoNeverPollsIsASlowConsumer() {
        RawSocketIo eve = eve();
        eve.say("421[\"join_project\",{\"project_id\":\"loud\"}]").expect("431");
        try (WsClient loud = WsClient.connect(server, ALL)) {
            for (int i = 0; i < 40; i++) {
                loud.publish("project:loud", "noise", '"' + "x".repeat(4000) + '"');
            }
        }
        eve.awaitEnd();
    }

    @Test
    void whoDoesNotReadIsASlowConsumer() {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket deaf = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + server.port() + "/socket.io/?EIO=4&transport=websocket"),
                        new WebSocket.Listener() {
                            @Override
                            public void onOpen(WebSocket webSocket) {
                                // It asks for the first three messages, and for no more.
                                webSocket.request(3);
                            }

                            @Override
                            public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                                heard.add(data.toString());
                                return null;
                            }
                        })
                .join();
        deaf.sendText("40{\"token\":\"" + ALL + "\"}", true).join();
        deaf.sendText("42[\"join_project\",{\"project_id\":\"deaf\"}]", true).join();
        Awaitility.await().until(() -> heard.stream().anyMatch(each -> each.contains("joined")));
        // It lives, and says so; it does not read.
        RawSocketIo.beat(() -> !deaf.sendText("3", true).isCompletedExceptionally());
        double before = slowConsumers();
        try (WsClient loud = WsClient.connect(server, ALL)) {
            String noise = '"' + "x".repeat(100_000) + '"';
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                for (int i = 0; i < 20; i++) {
                    loud.publish("project:deaf", "noise", noise);
                }
                return slowConsumers() > before;
            });
        }
        deaf.abort();
    }

    private static double slowConsumers() {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_slow_consumers_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aSubjectHasOnlySoManyConnections() {
        String token = Tokens.token("many", "*:*");
        List<RawSocketIo> let = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            let.add(RawSocketIo.connect(server, token));
        }
        RawSocketIo more = RawSocketIo.open(server).say("40{\"token\":\"" + token + "\"}");
        assertThat(more.expect("44")).contains("\"code\":\"rate_limited\"");
        more.awaitEnd();
        let.forEach(each -> each.say("1"));
        RawSocketIo.connect(server, token).say("1");
    }

    @Test
    void whatWasWrongIsSaidInTheClientsOwnWords() {
        RawSocketIo eve = eve();
        eve.say("420[\"chat_message\",{\"text\":\"hi\"}]");
        assertThat(eve.expect("430")).contains("join_project comes first: no project has been joined");
        eve.say("421[\"chat_message\",{\"text\":\"hi\",\"project_id\":\"never\"}]");
        assertThat(eve.expect("431")).contains("join_project comes first: this project has not been joined");
        eve.say("422[\"make coffee " + "x".repeat(100) + "\",{}]");
        assertThat(eve.expect("42[\"error\",{\"code\":\"unknown_type"))
                .contains("\"event\":\"make coffee " + "x".repeat(52) + "\"");
        assertThat(eve.expect("432")).contains("unknown_type");
        eve.say("423[\"join_project\",{\"project_id\":1.5}]");
        assertThat(eve.expect("433")).contains("{project_id}, a string or a whole number");
        eve.say("424[\"join_project\",{\"project_id\":\"own\"}]").expect("434[{\"ok\":true");
        eve.say("425[\"command\",{\"command\":5}]");
        assertThat(eve.expect("435")).contains("command is the name of what is to be done");
        eve.say("426[\"leave_project\"]");
        assertThat(eve.expect("436")).contains("\"ok\":true", "project_own");
        eve.say("427[\"leave_project\",7]");
        assertThat(eve.expect("437")).contains("leave_project takes an object");
        eve.say("1");
    }

    @Test
    void thereAreOnlySoManyWhoAreNotKnown() {
        int refused = 0;
        for (int i = 0; i < 260 && refused == 0; i++) {
            HttpResponse<String> answer = server.get("/socket.io/?EIO=4&transport=polling");
            if (answer.statusCode() == 503) {
                assertThat(answer.body()).contains("from this address");
                refused++;
            }
        }
        assertThat(refused).isEqualTo(1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.get("/socket.io/?EIO=4&transport=polling").statusCode() == 200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.get("/q/metrics")
                        .body()
                        .contains("tidings_connections_open{transport=\"socketio\"} 1.0"));
    }

    @Test
    void pagesOfOtherHostsAreRefusedUnlessTheyAreNamed() throws IOException {
        assertThat(fromOrigin("https://evil.example").statusCode()).isEqualTo(403);
        HttpResponse<String> named = fromOrigin("https://panel.example");
        assertThat(named.statusCode()).isEqualTo(200);
        assertThat(named.headers().firstValue("Access-Control-Allow-Origin")).contains("https://panel.example");
    }

    private static HttpResponse<String> fromOrigin(String origin) {
        return server.send(HttpRequest.newBuilder(server.uri("/socket.io/?EIO=4&transport=polling"))
                .header("Origin", origin)
                .build());
    }

    /** A WebSocket beside a session is no way into it before it has become its transport. */
    @Test
    void whoNeverFinishesAnUpgradeGoesOnPolling() throws InterruptedException {
        RawSocketIo eve = eve();
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = socket(eve.sid(), heard);
        socket.sendText("2probe", true).join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("3probe");
        eve.say("421[\"join_project\",{\"project_id\":\"half\"}]").expect("431[{\"ok\":true");
        socket.sendText("42[\"leave_project\",{}]", true).join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
        JsonNode answer = WsClient.parse(
                eve.say("422[\"leave_project\",{}]").expect("432").substring(3));
        assertThat(answer.at("/0/room").asText()).isEqualTo("project_half");

        WebSocket again = socket(eve.sid(), heard);
        again.sendText("2probe", true).join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("3probe");
        again.sendText("5", true).join();
        again.sendText("423[\"join_project\",{\"project_id\":\"whole\"}]", true).join();
        Awaitility.await().until(() -> String.valueOf(heard.poll()).startsWith("433[{\"ok\":true"));
        assertThat(eve.poll().join().statusCode()).isEqualTo(400);
        again.abort();
        eve.awaitEnd();
    }

    private static WebSocket socket(String sid, LinkedBlockingQueue<String> heard) {
        URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/socket.io/?EIO=4&transport=websocket&sid=" + sid);
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                        heard.add(data.toString());
                        webSocket.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
                        heard.add("closed");
                        return null;
                    }
                })
                .join();
    }
}
