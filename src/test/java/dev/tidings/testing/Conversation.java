package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.testing.Page.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page shows of a WebSocket, carried out. A line begins with who says it: {@code C} and {@code H} are clients, {@code S} is
 * the service, which speaks to whoever spoke last, or to whom an arrow shows. What begins with a space goes on with the line
 * before. {@code S  close 4401} is the end of a connection, {@code $  curl …} a command of somebody else. What is in parentheses is
 * for the reader, and where a connection breaks, it does. All messages have a timestamp, shown or not.
 */
public final class Conversation implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("([A-Z$])(?:→([A-Z]))? +(.*)", Pattern.DOTALL);
    private static final Map<String, String> SUBJECTS = Map.of("C", "ada", "H", "hall-agent", "B", "bob");

    private final TidingsServer server;
    private final Examples examples;
    private final Consumer<String> shell;
    private final String path;
    private final boolean withToken;
    private final Map<String, DialectClient> clients = new HashMap<>();

    /** What came, and was not shown yet. */
    private final Map<String, List<JsonNode>> heard = new HashMap<>();

    /** One whose block says where: {@code frames /ws/projects}, or {@code frames /ws anonymous}. */
    public Conversation(TidingsServer server, Examples examples, Consumer<String> shell, Block block) {
        this.server = server;
        this.shell = shell;
        this.examples = examples;
        List<String> words = block.info();
        this.path = words.size() > 1 ? words.get(1) : "/ws";
        this.withToken = !words.contains("anonymous");
    }

    public void run(Block block) {
        String speaker = "C";
        for (String line : block.text().replaceAll("\\s*\\\\?\n +", " ").lines().toList()) {
            Matcher said = LINE.matcher(line);
            if (line.startsWith("(")) {
                if (line.contains("connection breaks")) {
                    clients.remove("C").close();
                }
                continue;
            }
            assertThat(said.matches()).as(block + ": " + line).isTrue();
            if (said.group(1).equals("$")) {
                shell.accept(said.group(3));
            } else if (said.group(1).equals("S")) {
                speaker = said.group(2) == null ? speaker : said.group(2);
                hear(block, speaker, said.group(3));
            } else {
                speaker = said.group(1);
                client(speaker)
                        .send(examples.real(Examples.read(said.group(3)).getFirst())
                                .toString());
            }
        }
    }

    private void hear(Block block, String client, String line) {
        if (line.startsWith("close ")) {
            assertThat(client(client).awaitClose())
                    .as(block + ": " + line)
                    .isEqualTo(Integer.parseInt(line.substring(6)));
            return;
        }
        JsonNode shown = Examples.read(line).getFirst();
        List<JsonNode> waiting = heard.computeIfAbsent(client, name -> new ArrayList<>());
        for (JsonNode each : waiting) {
            if (fits(shown, each)) {
                waiting.remove(each);
                return;
            }
        }
        JsonNode next = client(client).next(() -> block + " shows " + shown + "\n and there came " + waiting);
        while (!fits(shown, next)) {
            waiting.add(next);
            next = client(client).next(() -> block + " shows " + shown + "\n and there came " + waiting);
        }
    }

    private boolean fits(JsonNode shown, JsonNode real) {
        if (real instanceof ObjectNode message && !shown.has("timestamp")) {
            return examples.fits(shown, message.deepCopy().without("timestamp"));
        }
        return examples.fits(shown, real);
    }

    private DialectClient client(String name) {
        return clients.computeIfAbsent(name, unused -> {
            String token = Tokens.token(SUBJECTS.get(name), "*:*");
            return withToken ? DialectClient.connect(server, path, token) : DialectClient.open(server, path);
        });
    }

    @Override
    public void close() {
        clients.values().forEach(DialectClient::close);
    }
}
