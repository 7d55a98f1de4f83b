package dev.tidings.testing;

import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Helm's own code, without Helm being installed. */
public final class Helm {
    private static final String KUBERNETES = "1.31.0";

    private final Path chart;

    public Helm(Path chart) {
        this.chart = chart;
    }

    /**
     * What came of a run.
     *
     * @param failed whether Helm refused
     * @param output what it rendered, or why not
     */
    public record Result(boolean failed, String output) {}

    public Result lint() {
        LintResult result = new com.marcnuri.helm.Helm(chart).lint().strict().call();
        return new Result(result.isFailed(), String.join("\n", result.getMessages()));
    }

    /**
     * Renders the chart.
     *
     * @param file of values; null for none
     * @param values each as {@code --set} takes it
     */
    public Result template(String release, String namespace, @Nullable Path file, List<String> values) {
        TemplateCommand command = new com.marcnuri.helm.Helm(chart)
                .template()
                .withName(release)
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES);
        if (file != null) {
            command.withValuesFile(file);
        }
        for (String value : values) {
            int equals = value.indexOf('=');
            command.set(value.substring(0, equals), value.substring(equals + 1));
        }
        try {
            return new Result(false, command.call());
        } catch (IllegalStateException refused) {
            return new Result(true, String.valueOf(refused.getMessage()));
        }
    }
}
