package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dashboard of Grafana's, as far as it asks Prometheus. */
public record Dashboard(List<Query> queries) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LABELS = "job=\"tidings\",namespace=\"default\",instance=\"127.0.0.1:8080\"";

    /**
     * What a panel asks.
     *
     * @param expression with Grafana's variables as Grafana would set them
     */
    public record Query(String panel, String expression) {}

    public static Dashboard read(Path file) {
        List<Query> queries = new ArrayList<>();
        try {
            for (JsonNode panel : JSON.readTree(file.toFile()).path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    String expression = target.path("expr")
                            .asText()
                            .replace("$__rate_interval", "5m")
                            .replace("$job", "tidings")
                            .replace("$namespace", "default");
                    queries.add(new Query(panel.path("title").asText(), expression));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Dashboard(queries);
    }

    /**
     * Evaluates every query over the series that a service shows, each as if it had been growing for a while. Skips the test
     * where there is no {@code promtool}.
     *
     * @param metrics what the service answers to Prometheus
     * @return failed when a query finds nothing
     */
    public Promtool.Result evaluate(String metrics, Path directory) throws IOException {
        ObjectNode test = JSON.createObjectNode().put("interval", "1m");
        ArrayNode series = test.putArray("input_series");
        metrics.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(line -> series.addObject()
                        .put("series", labelled(line.substring(0, line.lastIndexOf(' '))))
                        .put("values", "1+1x20"));
        ArrayNode asked = test.putArray("promql_expr_test");
        for (Query query : queries) {
            ObjectNode expected = asked.addObject()
                    .put("expr", "count(" + query.expression() + ") > bool 0")
                    .put("eval_time", "20m");
            expected.putArray("exp_samples").addObject().put("labels", "{}").put("value", 1);
        }
        ObjectNode file = JSON.createObjectNode();
        file.putArray("rule_files");
        file.putArray("tests").add(test);
        Files.writeString(directory.resolve("dashboard.yaml"), new YAMLMapper().writeValueAsString(file));
        return Promtool.run(directory, "test", "rules", "dashboard.yaml");
    }

    /** As Prometheus stores it, with the labels of where it was read. */
    private static String labelled(String series) {
        int brace = series.indexOf('{');
        return brace < 0
                ? series + '{' + LABELS + '}'
                : series.substring(0, brace + 1) + LABELS + ',' + series.substring(brace + 1);
    }
}
