package dev.tidings.benchmark.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of all rounds. */
public final class Results {
    /** What a row belongs to. */
    public record Place(String scenario, String step, String peer) {}

    private final Map<Place, List<Map<String, Object>>> rows = new LinkedHashMap<>();

    /** Adds a row, which has {@code scenario}, {@code step} and {@code peer}. */
    public void add(Map<String, Object> row) {
        Place place = new Place(text(row, "scenario"), text(row, "step"), text(row, "peer"));
        rows.computeIfAbsent(place, any -> new ArrayList<>()).add(row);
    }

    private static String text(Map<String, Object> row, String name) {
        return String.valueOf(row.get(name));
    }

    /** Where there are rows of a scenario, in the order in which they came. */
    public List<Place> places(String scenario) {
        return rows.keySet().stream()
                .filter(place -> place.scenario().equals(scenario))
                .toList();
    }

    /** A figure in all rounds; empty when no row has it. */
    public Optional<Spread> spread(Place place, String column) {
        List<Double> values = rows.getOrDefault(place, List.of()).stream()
                .map(row -> row.get(column))
                .filter(Number.class::isInstance)
                .map(value -> ((Number) value).doubleValue())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** How many rows there are in a place. */
    public int count(Place place) {
        return rows.getOrDefault(place, List.of()).size();
    }
}
