package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about hostile clients names tests that there are, at least one for each attempt. */
class HostilePageTest {
    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+(?:IT|Test))\\.(\\w+)`");

    @Test
    void eachAttemptHasATestThatIsThere() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/hostile.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| attempt "))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(25)
                .allMatch(row -> NAMED_TEST.matcher(row).find());
        assertThat(rows.stream().flatMap(row -> NAMED_TEST.matcher(row).results()))
                .allSatisfy(test ->
                        assertThat(source(test.group(1))).as(test.group()).contains("    void " + test.group(2) + "("));
    }

    private static String source(String type) {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Path file = files.filter(each -> each.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
