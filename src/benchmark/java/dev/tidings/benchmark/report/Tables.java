package dev.tidings.benchmark.report;

import dev.tidings.benchmark.report.Results.Place;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results as tables in Markdown. */
public final class Tables {
    private Tables() {}

    /**
     * One scenario's.
     *
     * @param columns names of figures
     */
    public static String table(Results results, String scenario, String description, List<String> columns) {
        List<Place> places = results.places(scenario);
        if (places.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("## " + scenario + "\n\n" + description + ".\n\n");
        out.append(line(Stream.concat(
                Stream.of("step", "server"),
                Stream.concat(columns.stream().map(Tables::heading), Stream.of("rounds")))));
        out.append("|").append(" --- |".repeat(columns.size() + 3)).append('\n');
        for (Place place : places) {
            out.append(line(Stream.of(
                            Stream.of(place.step(), place.peer()),
                            columns.stream().map(column -> cell(results, place, column)),
                            Stream.of(Integer.toString(results.count(place))))
                    .flatMap(each -> each)));
        }
        return out.append('\n').toString();
    }

    private static String heading(String column) {
        return column.replace("_per_s", "/s")
                .replace("_us_per_", " µs/")
                .replace("_percent", " %")
                .replace('_', ' ');
    }

    private static String cell(Results results, Place place, String column) {
        return results.spread(place, column).map(Spread::toString).orElse("-");
    }

    private static String line(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
