package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What container files say, as far as reading can tell: there is no engine to build them with. */
class ImagesTest {
    private static final List<String> INSTRUCTIONS = List.of(
            "ARG", "FROM", "RUN", "WORKDIR", "COPY", "LABEL", "ENV", "EXPOSE", "USER", "HEALTHCHECK", "ENTRYPOINT");

    /** @param keyword in capitals */
    private record Instruction(String keyword, String arguments) {}

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native-micro"})
    void anImageIsSmallUnprivilegedLabelledAndWatched(String name) throws IOException {
        List<Instruction> all = read(Path.of("src/main/docker", name));
        assertThat(all)
                .extracting(Instruction::keyword)
                .isSubsetOf(INSTRUCTIONS)
                .startsWith("ARG");
        assertThat(all.stream()
                        .filter(each ->
                                each.keyword().equals("ARG") && each.arguments().contains("/")))
                .as("bases, of a certain version")
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.arguments()).matches("\\w+=[a-z0-9./-]+:(?!latest)[\\w.-]+"));
        List<Instruction> last = lastStage(all);
        assertThat(last.getFirst().arguments()).as("what is left in the end").isEqualTo("${BASE}");
        assertThat(arguments(all, "ARG")).anyMatch(each -> each.startsWith("BASE=") && each.contains("micro"));
        assertThat(arguments(last, "USER")).singleElement().asString().matches("[1-9]\\d+:[1-9]\\d+");
        assertThat(arguments(last, "RUN"))
                .as("nothing is run as root in the image itself")
                .isEmpty();
        assertThat(arguments(last, "HEALTHCHECK")).singleElement().asString().contains("/q/health/live", "--timeout=");
        assertThat(arguments(last, "LABEL").getFirst())
                .contains("image.title", "image.description", "image.licenses", "image.version", "image.revision");
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(arguments(last, "ENTRYPOINT").getFirst()).isArray())
                .as("signals reach the service itself")
                .isTrue();
        String health = arguments(last, "HEALTHCHECK").getFirst();
        assertThat(json.readTree(health.substring(health.indexOf('['))).size()).isEqualTo(3);
        assertThat(arguments(last, "ENV").getFirst()).contains("QUARKUS_HTTP_HOST=0.0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native-micro"})
    void whatIsCopiedIsWhatMavenMakesAndTheVersionIsTheProjects(String name) throws IOException {
        List<Instruction> all = read(Path.of("src/main/docker", name));
        List<String> ignored = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(arguments(all, "COPY").stream().filter(each -> !each.contains("--from=")))
                .isNotEmpty()
                .allSatisfy(each -> {
                    String[] words = each.replaceFirst("--chmod=\\d+ ", "").split(" ");
                    assertThat(words).hasSize(2);
                    assertThat(ignored).contains("!" + words[0].replaceFirst("/$", ""));
                });
        String version = Files.readString(Path.of("pom.xml"))
                .replaceFirst("(?s).*?<artifactId>tidings</artifactId>\\s*<version>([^<]+)</version>.*", "$1");
        assertThat(arguments(all, "ARG")).contains("VERSION=" + version);
    }

    private static List<Instruction> lastStage(List<Instruction> all) {
        int from = all.stream().map(Instruction::keyword).toList().lastIndexOf("FROM");
        return all.subList(from, all.size());
    }

    private static List<String> arguments(List<Instruction> instructions, String keyword) {
        return instructions.stream()
                .filter(each -> each.keyword().equals(keyword))
                .map(Instruction::arguments)
                .toList();
    }

    private static List<Instruction> read(Path file) throws IOException {
        List<Instruction> all = new ArrayList<>();
        Pattern form = Pattern.compile("([A-Z]+) (.+)");
        StringBuilder whole = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("#") || (line.isBlank() && whole.isEmpty())) {
                continue;
            }
            boolean goesOn = line.endsWith("\\");
            whole.append(goesOn ? line.substring(0, line.length() - 1) : line);
            if (!goesOn) {
                Matcher found = form.matcher(whole);
                assertThat(found.matches()).as(whole.toString()).isTrue();
                all.add(new Instruction(found.group(1), found.group(2)));
                whole.setLength(0);
            }
        }
        assertThat(whole).as("unfinished").isEmpty();
        return all;
    }
}
