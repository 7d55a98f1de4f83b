package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Certificates;
import dev.tidings.testing.Conversation;
import dev.tidings.testing.Examples;
import dev.tidings.testing.Page;
import dev.tidings.testing.Page.Block;
import dev.tidings.testing.Ports;
import dev.tidings.testing.Shell;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documents as somebody follows them, all with one service: it is started with what they have in {@code properties}. Commands
 * in {@code sh} are given in their order, in a shell for each page that has {@code $TOKEN} and {@code $TIDINGS}; a block in {@code
 * json} after these is what the last of them answered; conversations in {@code frames} are held. A block whose info names a file is
 * that file. Only addresses and directories are others here than on the pages.
 */
class DocumentsIT {
    static final Set<String> LANGUAGES = Set.of("sh", "json", "frames", "properties");

    /** What the pages keep in {@code /etc/tidings}. */
    private static final List<String> CERTIFICATES = List.of("tls", "redis-ca", "redis-client");

    private static final int PORT = Ports.free();
    private static final int SECURE_PORT = Ports.free();

    /** Nobody is there. */
    private static final int BROKER = Ports.free();

    @TempDir
    private static Path directory;

    private static TidingsServer server;

    /** Those that have something for this test. */
    static List<Page> pages() {
        return Page.all().stream()
                .filter(page -> page.blocks().stream().anyMatch(DocumentsIT::isOurs))
                .toList();
    }

    private static boolean isOurs(Block block) {
        return LANGUAGES.contains(block.language())
                && !block.isMarked()
                && !block.how().matches("[A-Za-z]+(IT|Test)");
    }

    @BeforeAll
    static void start() throws IOException {
        for (String program : List.of("curl", "openssl", "sqlite3", "tmux")) {
            boolean found = Stream.of(System.getenv("PATH").split(":", -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(found, () -> "skipped: there is no " + program + " on the path");
        }
        Certificates made = Certificates.make(directory, 30);
        CERTIFICATES.forEach(name -> made.install(directory.resolve(name + ".crt"), directory.resolve(name + ".key")));
        Map<String, String> settings = new HashMap<>(Map.of("tidings.auth.secret", Tokens.SECRET));
        for (Page page : pages()) {
            for (Block block :
                    page.blocks().stream().filter(DocumentsIT::isOurs).toList()) {
                if (isFile(block)) {
                    Files.writeString(Path.of(here(block.how())), block.text());
                } else if (block.language().equals("properties")) {
                    add(settings, block);
                }
            }
        }
        server = TidingsServer.launch(settings, PORT);
        server.awaitReady();
    }

    private static void add(Map<String, String> settings, Block block) throws IOException {
        Properties read = new Properties();
        read.load(new StringReader(here(block.text())));
        read.stringPropertyNames().forEach(key -> {
            String before = settings.put(key, read.getProperty(key));
            assertThat(before).as(block + " sets " + key + " as other pages do").isIn(null, read.getProperty(key));
        });
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePageIsTrue(Page page) {
        Map<String, String> environment = Map.of(
                "TOKEN",
                Tokens.token("ada", "*:*"),
                "TIDINGS",
                "http://127.0.0.1:" + server.port(),
                "SECRET",
                Tokens.SECRET);
        Examples examples = new Examples().with("eyJ…", Tokens.token("ada", "*:*"));
        String said = "";
        try (Shell shell = new Shell(directory, environment)) {
            for (Block block :
                    page.blocks().stream().filter(DocumentsIT::isOurs).toList()) {
                if (block.language().equals("sh")) {
                    said = shell.run(block.toString(), here(block.text()));
                } else if (block.language().equals("frames")) {
                    hold(block, examples, shell);
                } else if (block.language().equals("json") && !isFile(block)) {
                    assertAnswered(block, examples, said);
                }
            }
        }
    }

    private static void hold(Block block, Examples examples, Shell shell) {
        try (Conversation conversation =
                new Conversation(server, examples, command -> shell.run(block.toString(), here(command)), block)) {
            conversation.run(block);
        }
    }

    /** What is shown is the end of what was answered. */
    private static void assertAnswered(Block block, Examples examples, String said) {
        List<JsonNode> shown = Examples.read(block.text());
        List<JsonNode> answers = Examples.read(said);
        assertThat(answers).as(block + ", after " + said).hasSizeGreaterThanOrEqualTo(shown.size());
        for (int i = 0; i < shown.size(); i++) {
            JsonNode answer = answers.get(answers.size() - shown.size() + i);
            assertThat(examples.fits(shown.get(i), answer))
                    .as(block + " shows\n" + shown.get(i) + "\nand it was\n" + answer)
                    .isTrue();
        }
    }

    private static boolean isFile(Block block) {
        return block.how().startsWith("/etc/");
    }

    private static String here(String text) {
        return text.replace("/etc/tidings", directory.toString())
                .replace("/var/lib/tidings", directory.toString())
                .replace("127.0.0.1:8080", "127.0.0.1:" + PORT)
                .replace("127.0.0.1:1883", "127.0.0.1:" + BROKER)
                .replace("8443", Integer.toString(SECURE_PORT));
    }
}
