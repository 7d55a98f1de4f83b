package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What native-image would be given, which the build makes without GraalVM: that all is in it that is not seen by itself. */
class NativeSourcesIT {
    private static final Path SOURCES = Path.of("target/native-sources");
    private static final String METADATA = "META-INF/native-image/";

    @BeforeEach
    void unlessTheBinaryItselfIsThere() {
        assumeTrue(System.getProperty("tidings.binary", "").isEmpty(), "the binary is tested instead");
        assertThat(SOURCES).as("made by the build before the integration tests").isDirectory();
    }

    @Test
    void everyResourceThatIsReadByItsNameIsIncluded() throws IOException {
        try (JarFile application = application()) {
            List<Pattern> included = StreamSupport.stream(
                            json(application, "resource-config.json")
                                    .at("/resources/includes")
                                    .spliterator(),
                            false)
                    .map(each -> Pattern.compile(each.path("pattern").asText()))
                    .toList();
            Pattern ours = Pattern.compile(
                    "dev/tidings/.*\\.(lua|sql)|application-.*\\.properties|META-INF/resources/.*\\.(js|css|html|svg|yaml)");
            List<String> names = application.stream()
                    .map(JarEntry::getName)
                    .filter(name -> ours.matcher(name).matches())
                    .toList();
            assertThat(names)
                    .contains(
                            "dev/tidings/log/redis/append.lua",
                            "dev/tidings/log/sqlite/schema.sql",
                            "application-edge.properties",
                            "META-INF/resources/index.html")
                    .allSatisfy(name -> assertThat(included)
                            .as(name)
                            .anyMatch(pattern -> pattern.matcher(name).matches()));
        }
    }

    @Test
    void everyClassThatIsWrittenAsJsonIsRegistered() throws IOException {
        try (JarFile application = application()) {
            assertThat(json(application, "reflect-config.json").findValuesAsText("name"))
                    .contains(
                            "dev.tidings.api.call.Problem",
                            "dev.tidings.api.call.Problem$Details",
                            "dev.tidings.api.event.Result",
                            "dev.tidings.api.event.Result$Failure",
                            "dev.tidings.api.event.History",
                            "dev.tidings.api.event.History$Message",
                            "dev.tidings.api.event.Published",
                            "dev.tidings.api.device.DeviceItem",
                            "dev.tidings.api.trend.TrendAnswer");
        }
    }

    @Test
    void itIsForAnyProcessorOfItsArchitectureAndHasItsLibraries() throws IOException {
        assertThat(Files.readString(SOURCES.resolve("native-image.args")))
                .contains("-march=compatibility", "-Dvertx.disableURIValidation=true", "--no-fallback");
        try (Stream<Path> libraries = Files.list(SOURCES.resolve("lib"))) {
            assertThat(libraries.map(each -> each.getFileName().toString()))
                    .anyMatch(each -> each.contains("sqlite-jdbc"))
                    .anyMatch(each -> each.contains("linux-x86_64"))
                    .anyMatch(each -> each.contains("linux-aarch_64"));
        }
    }

    private static JarFile application() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return new JarFile(files.filter(each -> each.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toFile());
        }
    }

    private static JsonNode json(JarFile application, String name) throws IOException {
        try (InputStream in =
                application.getInputStream(Objects.requireNonNull(application.getEntry(METADATA + name)))) {
            return new ObjectMapper().readTree(in);
        }
    }
}
