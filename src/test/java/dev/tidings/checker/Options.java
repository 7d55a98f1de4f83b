package dev.tidings.checker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long and what is checked.
 *
 * @param seed that of the first round; the next has the next
 * @param rounds how many at most; 0 for as many as there is time for
 * @param round how long faults are injected in each
 */
record Options(Duration atMost, long seed, int rounds, Duration round, List<Topology> topologies, Path out) {
    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("minutes", "10");
        DEFAULTS.put("seed", "1");
        DEFAULTS.put("rounds", "0");
        DEFAULTS.put("round-seconds", "40");
        DEFAULTS.put("topologies", "all");
        DEFAULTS.put("out", "target/checker");
    }

    /**
     * Reads {@code name=value}; an empty value stands for the default.
     *
     * @throws IllegalArgumentException when there is no such option, or its value cannot be
     */
    static Options parse(List<String> arguments) {
        Map<String, String> given = new LinkedHashMap<>(DEFAULTS);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!DEFAULTS.containsKey(name)) {
                throw new IllegalArgumentException("no option " + argument + "; there are " + DEFAULTS);
            }
            if (equals < argument.length() - 1) {
                given.put(name, argument.substring(equals + 1));
            }
        }
        try {
            return new Options(
                    Duration.ofMinutes(Long.parseLong(given.get("minutes"))),
                    Long.parseLong(given.get("seed")),
                    Integer.parseInt(given.get("rounds")),
                    Duration.ofSeconds(Long.parseLong(given.get("round-seconds"))),
                    topologies(given.get("topologies")),
                    Path.of(given.get("out")));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a whole number was expected: " + e.getMessage(), e);
        }
    }

    private static List<Topology> topologies(String names) {
        if (names.equals("all")) {
            return List.of(Topology.values());
        }
        return Stream.of(names.split(",", -1))
                .map(name -> Stream.of(Topology.values())
                        .filter(topology -> topology.name().equalsIgnoreCase(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no topology " + name + "; there are " + List.of(Topology.values()))))
                .toList();
    }
}
