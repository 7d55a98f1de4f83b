package dev.tidings;

import static dev.tidings.testing.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidings.testing.Helm;
import dev.tidings.testing.Manifests;
import dev.tidings.testing.Promtool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart's alert rules: they fire when they should, say what happened, and link what to do then. */
class ChartAlertsTest {
    private static final Path TESTS = Path.of("src/test/prometheus/alerts.yaml");
    private static final Path RUNBOOKS = Path.of("docs/operations.md");

    @TempDir
    private static Path directory;

    private static JsonNode groups;
    private static List<JsonNode> rules;

    @BeforeAll
    static void render() {
        JsonNode spec = rendered("prometheusRule.for=5m");
        groups = spec.path("groups");
        rules = each(groups).flatMap(group -> each(group.path("rules"))).toList();
    }

    private static JsonNode rendered(String... values) {
        Helm.Result result = new Helm(Path.of("helm/tidings"))
                .template(
                        "t",
                        "default",
                        Path.of("src/test/helm/trial.yaml"),
                        Stream.concat(Stream.of("prometheusRule.enabled=true"), Stream.of(values))
                                .toList());
        assertThat(result.failed()).as(result.output()).isFalse();
        return Manifests.parse(result.output())
                .get("PrometheusRule", "t-tidings")
                .path("spec");
    }

    private static List<String> names() {
        return rules.stream().map(rule -> rule.path("alert").asText()).toList();
    }

    @Test
    void theyFireWhenTheyShould() throws IOException {
        new YAMLMapper()
                .writeValue(
                        directory.resolve("rules.yaml").toFile(),
                        new ObjectMapper().createObjectNode().set("groups", groups));
        Files.copy(TESTS, directory.resolve("alerts.yaml"));
        Promtool.Result checked = Promtool.run(directory, "check", "rules", "rules.yaml");
        assertThat(checked.failed()).as(checked.output()).isFalse();
        Promtool.Result tested = Promtool.run(directory, "test", "rules", "alerts.yaml");
        assertThat(tested.failed()).as(tested.output()).isFalse();
    }

    @Test
    void eachIsSeenToFire() throws IOException {
        List<String> seen = Pattern.compile("alertname=\"(\\w+)\"")
                .matcher(Files.readString(TESTS))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(seen).containsAll(names());
    }

    @Test
    void theRunBookOfEachIsLinked() throws IOException {
        String document = Files.readString(RUNBOOKS);
        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> {
            String name = rule.path("alert").asText();
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(Pattern.compile("(?m)^### " + name + "\n\n\\S.{80,}")
                            .matcher(document)
                            .find())
                    .as("what to do at " + name)
                    .isTrue();
            assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
        });
        assertThat(Pattern.compile("(?m)^### (Tidings\\w+)$")
                        .matcher(document)
                        .results()
                        .map(found -> found.group(1)))
                .as("run-books of alerts that there are")
                .containsExactlyInAnyOrderElementsOf(names());
    }

    /** A rule over a metric that there is not never tells anything. */
    @Test
    void theyAreOverMetricsThatThereAre() throws IOException {
        String documented = Files.readString(RUNBOOKS);
        for (JsonNode rule : rules) {
            List<String> metrics = Pattern.compile("\\btidings_[a-z_]+")
                    .matcher(rule.path("expr").asText())
                    .results()
                    .map(each -> each.group().replaceFirst("_seconds_(sum|count|bucket)$", "_seconds"))
                    .toList();
            assertThat(metrics).allSatisfy(each -> assertThat(documented).contains("`" + each + "`"));
        }
    }

    @Test
    void theyCanBeChangedAndTakenAway() throws IOException {
        JsonNode known = new ObjectMapper()
                .readTree(Path.of("helm/tidings/values.schema.json").toFile())
                .at("/properties/prometheusRule/properties/disabled/items/enum");
        assertThat(each(known).map(JsonNode::asText)).containsExactlyInAnyOrderElementsOf(names());
        JsonNode changed = rendered(
                "prometheusRule.disabled[0]=TidingsFull",
                "prometheusRule.backlog=2000000",
                "prometheusRule.runbooks=https://git.example/operations.md",
                "prometheusRule.selector=job=\"mine\"",
                "prometheusRule.alertLabels.team=a");
        List<JsonNode> left = each(changed.at("/groups/0/rules")).toList();
        assertThat(left).hasSize(rules.size() - 1).allSatisfy(rule -> {
            assertThat(rule.path("alert").asText()).isNotEqualTo("TidingsFull");
            assertThat(rule.path("expr").asText()).contains("{job=\"mine\"").doesNotContain("t-tidings");
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .startsWith("https://git.example/operations.md#tidings");
            assertThat(rule.at("/labels/team").asText()).isEqualTo("a");
        });
        assertThat(left.stream().map(rule -> rule.path("expr").asText())).anyMatch(each -> each.endsWith("> 2000000"));
    }
}
