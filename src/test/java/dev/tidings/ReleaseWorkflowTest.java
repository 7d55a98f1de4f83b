package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The workflow that makes a release, as far as reading can tell: it is run by GitHub only. */
class ReleaseWorkflowTest {
    private static final Path FILE = Path.of(".github/workflows/release.yml");

    private final JsonNode workflow = read();

    @Test
    void nobodyMayDoMoreThanTheJobNeeds() {
        assertThat(workflow.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
        assertThat(workflow.path("jobs").properties()).allSatisfy(job -> {
            assertThat(job.getValue().path("timeout-minutes").asInt())
                    .as(job.getKey())
                    .isPositive();
            assertThat(job.getValue().at("/permissions/id-token").isMissingNode())
                    .as("only what signs may say who it is: " + job.getKey())
                    .isEqualTo(!job.getKey().equals("publish"));
        });
        assertThat(steps().filter(step -> step.has("uses")))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.path("uses").asText()).matches("[\\w-]+/[\\w-]+@v\\d+"))
                .filteredOn(step -> step.path("uses").asText().startsWith("actions/checkout"))
                .allSatisfy(
                        step -> assertThat(step.at("/with/persist-credentials").asBoolean(true))
                                .isFalse());
    }

    @Test
    void nothingIsReleasedUntestedUnsignedOrWithoutProvenance() {
        JsonNode jobs = workflow.path("jobs");
        assertThat(jobs.at("/verify/steps").toString()).contains(".ci/run");
        assertThat(jobs.at("/jvm/needs").asText()).isEqualTo("verify");
        assertThat(jobs.at("/native/needs").asText()).isEqualTo("verify");
        assertThat(jobs.at("/publish/needs").toString()).isEqualTo("[\"jvm\",\"native\"]");
        assertThat(jobs.at("/native/steps").toString()).contains("verify -Dnative");
        assertThat(jobs.at("/publish/steps").toString())
                .contains("cosign sign ", "cosign attest ", "cosign sign-blob", "attest-build-provenance", "cdx.json");
        for (String images : List.of("jvm", "native")) {
            assertThat(jobs.path(images).at("/strategy/matrix/include").findValuesAsText("architecture"))
                    .containsExactly("amd64", "arm64");
        }
        assertThat(steps().filter(step -> step.path("uses").asText().startsWith("docker/build-push-action")))
                .hasSize(2)
                .allSatisfy(step -> {
                    assertThat(step.at("/with/provenance").asText()).isEqualTo("mode=max");
                    assertThat(step.at("/with/sbom").asBoolean()).isTrue();
                    assertThat(Path.of(step.at("/with/file").asText())).exists();
                });
    }

    @Test
    void itsScriptsAreShellAndNameWhatIsThere() throws Exception {
        Pattern expression = Pattern.compile("\\$\\{\\{[^}]*}}");
        for (JsonNode step : steps().filter(each -> each.has("run")).toList()) {
            String script = step.path("run").asText();
            // What somebody outside chose must not become a part of a script.
            assertThat(expression.matcher(script).results().map(found -> found.group()))
                    .isSubsetOf("${{ matrix.architecture }}");
            Process bash =
                    new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
            bash.getOutputStream()
                    .write(expression.matcher(script).replaceAll("x").getBytes(StandardCharsets.UTF_8));
            bash.getOutputStream().close();
            String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor()).as(script + said).isZero();
        }
        String profiles = Files.readString(Path.of("pom.xml"));
        assertThat(steps().map(step -> step.path("run").asText()).collect(Collectors.joining("\n")))
                .contains("-Dnative.static=musl");
        assertThat(profiles).contains("<name>native</name>", "<name>native.static</name>", "<value>musl</value>");
    }

    private Stream<JsonNode> steps() {
        return workflow.path("jobs").properties().stream()
                .flatMap(
                        job -> StreamSupport.stream(job.getValue().path("steps").spliterator(), false));
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
