package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidings.testing.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart's values: each is explained and described by the schema, and a wrong one is refused by name. */
class HelmValuesTest {
    private static final Path CHART = Path.of("helm/tidings");

    /** Parts of Kubernetes' own objects, which its documents explain, and examples of what was explained above them. */
    private static final Pattern EXPLAINED_ELSEWHERE =
            Pattern.compile("/config/.*|.*/resources/.*|/probes/(liveness|readiness)/.*|/grafanaDashboard/labels/.*");

    @TempDir
    private static Path directory;

    private static JsonNode values;
    private static JsonNode schema;

    @BeforeAll
    static void read() throws IOException {
        values = new YAMLMapper().readTree(CHART.resolve("values.yaml").toFile());
        schema = new ObjectMapper().readTree(CHART.resolve("values.schema.json").toFile());
    }

    @Test
    void everyValueIsInTheSchemaAndNoOtherIsAllowed() {
        assertDescribed("", values, schema);
    }

    private static void assertDescribed(String path, JsonNode values, JsonNode schema) {
        if (!schema.has("properties")) {
            return;
        }
        assertThat(schema.path("additionalProperties").asBoolean(true))
                .as("misspelt keys of " + path + "/ are refused")
                .isFalse();
        values.properties().forEach(value -> {
            String key = path + '/' + value.getKey();
            assertThat(schema.path("properties").has(value.getKey()))
                    .as("the schema knows " + key)
                    .isTrue();
            assertDescribed(key, value.getValue(), schema.path("properties").path(value.getKey()));
        });
    }

    @Test
    void everyValueIsExplained() throws IOException {
        Pattern key = Pattern.compile("^( *)([A-Za-z0-9.]+):.*");
        Deque<String> path = new ArrayDeque<>();
        List<String> bare = new ArrayList<>();
        boolean explained = false;
        int keys = 0;
        for (String line : Files.readAllLines(CHART.resolve("values.yaml"))) {
            Matcher matcher = key.matcher(line);
            if (matcher.matches()) {
                while (path.size() > matcher.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(matcher.group(2));
                String full = '/' + String.join("/", path);
                keys++;
                if (!explained && !EXPLAINED_ELSEWHERE.matcher(full).matches()) {
                    bare.add(full);
                }
            }
            explained = line.strip().startsWith("#");
        }
        assertThat(keys).isGreaterThan(100);
        assertThat(bare).as("values without a comment above them").isEmpty();
    }

    @Test
    void whateverIsOfTheWrongKindIsRefusedByName() throws IOException {
        List<String> paths = new ArrayList<>();
        ObjectNode wrong = wrongOf(schema, "", paths);
        assertThat(paths).hasSizeGreaterThan(100);
        assertThat(refusal(wrong))
                .contains(paths.stream().map(path -> "'" + path + "'").toList());
    }

    /** A value of another kind for each; none of a kind that the schema leaves to Kubernetes. */
    private static ObjectNode wrongOf(JsonNode schema, String path, List<String> paths) {
        ObjectNode wrong = JsonNodeFactory.instance.objectNode();
        schema.path("properties").properties().forEach(property -> {
            JsonNode kind = property.getValue();
            String full = path + '/' + property.getKey();
            if (kind.has("properties")) {
                wrong.set(property.getKey(), wrongOf(kind, full, paths));
            } else {
                paths.add(full);
                boolean isText = kind.path("type").asText().equals("string") || kind.has("enum") || kind.has("anyOf");
                wrong.set(
                        property.getKey(),
                        isText ? JsonNodeFactory.instance.numberNode(-7) : JsonNodeFactory.instance.textNode("!"));
            }
        });
        return wrong;
    }

    @Test
    void whateverIsMisspeltIsRefusedByName() throws IOException {
        List<String> paths = new ArrayList<>();
        assertThat(refusal(misspelt(schema, "", paths)))
                .contains(paths.stream().map(path -> "'" + path + "'").toList())
                .contains("'misspelt' not allowed");
        assertThat(paths).hasSizeGreaterThan(20);
    }

    private static ObjectNode misspelt(JsonNode schema, String path, List<String> paths) {
        ObjectNode wrong = JsonNodeFactory.instance.objectNode().put("misspelt", 1);
        paths.add(path);
        schema.path("properties").properties().forEach(property -> {
            if (property.getValue().has("properties")) {
                wrong.set(property.getKey(), misspelt(property.getValue(), path + '/' + property.getKey(), paths));
            }
        });
        return wrong;
    }

    private static String refusal(ObjectNode values) throws IOException {
        Path file = Files.writeString(directory.resolve("wrong.yaml"), values.toString());
        Helm.Result result = new Helm(CHART).template("t", "default", file, List.of());
        assertThat(result.failed()).as(result.output()).isTrue();
        return result.output();
    }
}
