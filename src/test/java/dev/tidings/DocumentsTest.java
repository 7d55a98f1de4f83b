package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Page;
import dev.tidings.testing.Page.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the documents by reading them; {@link DocumentsIT} does what they say. */
class DocumentsTest {
    /** Shown to be looked at: pictures, lines of a log, the shape of a request. */
    private static final Set<String> SHOWN = Set.of("text", "mermaid");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static List<Page> pages() {
        return Page.all();
    }

    /** By the test that its info names, by {@link DocumentsIT}, or by none, and then it says so where readers see it. */
    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockIsRunOrSaysThatItIsNot(Page page) throws IOException {
        for (Block block : page.blocks()) {
            if (block.isMarked() || SHOWN.contains(block.language())) {
                continue;
            }
            if (block.how().matches("[A-Za-z]+(IT|Test)")) {
                Path test = Path.of("src/test/java/dev/tidings", block.how() + ".java");
                assertThat(Files.readString(test))
                        .as(block + " is run by it")
                        .contains('"' + page.file().toString() + '"');
            } else {
                assertThat(DocumentsIT.LANGUAGES)
                        .as(block + ": run by a test, or marked")
                        .contains(block.language());
                assertThat(DocumentsIT.pages()).as(block + " is run").contains(page);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void blocksHaveFences(Page page) {
        List<String> lines = page.prose().lines().toList();
        for (int i = 1; i < lines.size(); i++) {
            assertThat(lines.get(i - 1).isBlank() && lines.get(i).startsWith("    "))
                    .as(page.file() + " has a block without a fence: " + lines.get(i))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Page page) throws IOException {
        for (MatchResult link : LINK.matcher(page.prose()).results().toList()) {
            String target = link.group(1);
            if (target.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty()
                    ? page.file()
                    : page.file().resolveSibling(parts[0]).normalize();
            assertThat(file).as(page.file() + " links it").exists();
            if (parts.length == 2 && file.toString().endsWith(".md")) {
                assertThat(anchors(Page.read(file)))
                        .as(page.file() + " links " + target)
                        .contains(parts[1]);
            }
        }
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Page page) {
        return HEADING.matcher(page.prose())
                .results()
                .map(heading -> heading.group(1)
                        .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
