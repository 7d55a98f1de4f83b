package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.ConfigurationReference;
import dev.tidings.testing.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of settings is the code's, and pages name no others. */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("docs/reference.md");
    private static final String COMMAND = "./mvnw test -Dtest=ConfigurationReferenceTest -Dtidings.render=true";

    /** How settings are named in prose; a file of that name, or what only begins like one, is none. */
    private static final Pattern NAMED = Pattern.compile("`(tidings\\.[a-z]+[^`= ]*)[^`]*`");

    private static final ConfigurationReference DECLARED = ConfigurationReference.read();

    /** To the letter: below its preface it is never edited by hand, but written anew. */
    @Test
    void everySettingIsThereAsItIsDeclared() throws IOException {
        String page = Files.readString(PAGE);
        String expected = page.substring(0, page.indexOf("\n## ")) + DECLARED.page();
        if (Boolean.getBoolean("tidings.render")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).as("write it anew: " + COMMAND).isEqualTo(expected);
        assertThat(page).contains(COMMAND);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noPageNamesASettingThatDoesNotExist(Page page) {
        List<String> named = NAMED.matcher(page.text())
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(name -> !name.matches("tidings\\.(v1|render|jar|test).*"))
                .toList();
        assertThat(named).allMatch(DECLARED::knows, "is a setting");
    }

    static List<Page> pages() {
        return Page.all();
    }

    /** Else the test above finds nothing wrong, whatever is. */
    @Test
    void whatIsNoSettingIsFound() {
        assertThat(List.of(
                        "tidings.limits.*",
                        "tidings.channels.<namespace>.history-age",
                        "tidings.mqtt.plant.topics.all.filter"))
                .allMatch(DECLARED::knows, "is a setting");
        assertThat(List.of(
                        "tidings.limits.conections",
                        "tidings.log",
                        "tidings.log.backend.more",
                        "tidings.mqtt.plant.topic"))
                .filteredOn(DECLARED::knows)
                .containsExactly("tidings.log");
        assertThat(pages().stream().flatMap(page -> NAMED.matcher(page.text()).results()))
                .hasSizeGreaterThan(200);
    }
}
