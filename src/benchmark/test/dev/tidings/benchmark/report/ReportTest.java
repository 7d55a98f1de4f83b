package dev.tidings.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.report.Results.Place;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** Tables and plots say what the rows do. */
class ReportTest {
    @Test
    void aSpreadIsTheMedianBetweenLeastAndMost() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.5))).hasToString("2.50 [1-3]");
        assertThat(Spread.of(List.of(4.0, 2.0))).hasToString("3 [2-4]");
        assertThat(Spread.of(List.of(1_234.4))).hasToString("1,234");
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTableHasALineForEachStepAndServer() {
        Results results = new Results();
        results.add(Map.of("scenario", "s", "step", "one", "peer", "p", "p99_ms", 1.5));
        results.add(Map.of("scenario", "s", "step", "one", "peer", "p", "p99_ms", 2.5));
        results.add(Map.of("scenario", "s", "step", "one", "peer", "q"));
        assertThat(Tables.table(results, "s", "What it does", List.of("p99_ms")))
                .isEqualTo("""
                        ## s

                        What it does.

                        | step | server | p99 ms | rounds |
                        | --- | --- | --- | --- |
                        | one | p | 2 [1.50-2.50] | 2 |
                        | one | q | - | 1 |

                        """);
        assertThat(results.places("s")).contains(new Place("s", "one", "q"));
        assertThat(Tables.table(results, "never run", "", List.of())).isEmpty();
    }

    @Test
    void aPlotIsWellFormedAndHasAllPoints() throws Exception {
        Plot plot = new Plot("a < b & c", "x", "y");
        assertThat(plot.isEmpty()).isTrue();
        plot.add("one", 100, new Spread(2, 1, 3, 3));
        plot.add("one", 10_000, new Spread(20, 10, 30, 3));
        plot.add("other", 50, new Spread(5, 5, 5, 1));
        plot.add("other", 50, new Spread(0, 0, 0, 1));
        var circles = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(plot.svg().getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("circle");
        assertThat(circles.getLength()).isEqualTo(3);
    }

    @Test
    void optionsThatCannotBeAreNamed() {
        assertThat(Options.parse(List.of("rounds=", "scale=0.1")).rounds()).isEqualTo(3);
        assertThatThrownBy(() -> Options.parse(List.of("laps=3"))).hasMessageContaining("no option laps=3");
        assertThatThrownBy(() -> Options.parse(List.of("rounds=many"))).hasMessageContaining("rounds is a number");
        assertThatThrownBy(() -> Options.parse(List.of("rounds=0"))).hasMessageContaining("1 to 100");
    }
}
