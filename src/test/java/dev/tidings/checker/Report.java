package dev.tidings.checker;

import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Shortest;
import dev.tidings.checker.history.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** What came of rounds, for people. */
final class Report {
    /** Of broken promises, so many are shown with the history that shows them. */
    private static final int SHOWN = 5;

    private Report() {}

    /** One line about a round that kept all promises, and the shortest histories of one that did not. */
    static String of(Outcome outcome) {
        StringBuilder text = new StringBuilder(summary(outcome));
        List<Violation> violations = outcome.violations();
        for (Violation violation : violations.subList(0, Math.min(SHOWN, violations.size()))) {
            text.append("\n\n").append(violation).append("\n\n");
            text.append(Shortest.of(outcome.history(), violation).stream()
                    .map(Entry::toString)
                    .collect(Collectors.joining("\n")));
        }
        return text.toString();
    }

    private static String summary(Outcome outcome) {
        int faults = outcome.faults().values().stream().mapToInt(count -> count).sum();
        return "%s, seed %d: %.0f s, %d faults, %d events sent, %d acknowledged, %d refused, %d left unknown, %d deliveries on %d connections, %d losses told, %d promises broken"
                .formatted(
                        outcome.topology(),
                        outcome.seed(),
                        outcome.millis() / 1000.0,
                        faults,
                        outcome.count(Kind.SENT),
                        outcome.count(Kind.ACKED),
                        outcome.count(Kind.REFUSED),
                        outcome.count(Kind.UNKNOWN),
                        outcome.count(Kind.DELIVERED),
                        outcome.count(Kind.CONNECTED),
                        outcome.lossesTold(),
                        outcome.violations().size());
    }
}
