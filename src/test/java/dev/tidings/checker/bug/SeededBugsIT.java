package dev.tidings.checker.bug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.checker.Round;
import dev.tidings.checker.cluster.Instance;
import dev.tidings.checker.cluster.LocalStore;
import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Shortest;
import dev.tidings.checker.history.Verifier;
import dev.tidings.checker.history.Violation;
import dev.tidings.checker.load.Doors;
import dev.tidings.checker.load.Load;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker finds bugs: the whole of it, with a real service, between which and its clients stands one. */
class SeededBugsIT {
    private static Instance instance;
    private static int runs;

    @BeforeAll
    static void start() {
        instance = Instance.start(Round.settings(LocalStore.memory(), 0));
        instance.server().awaitReady();
    }

    @AfterAll
    static void stop() {
        instance.close();
    }

    static Stream<String> bugs() {
        return Bugs.ALL.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isFound(String name) {
        Bug bug = Bugs.ALL.get(name).get();
        List<Entry> history = runWith(bug);
        List<Violation> found = Verifier.check(history);
        assertThat(found).as(name).anyMatch(violation -> bug.foundAs().contains(violation.rule()));
        Violation first = found.stream()
                .filter(violation -> bug.foundAs().contains(violation.rule()))
                .findFirst()
                .orElseThrow();
        List<Entry> shortest = Shortest.of(history, first);
        assertThat(shortest).as("what shows that it " + name).hasSizeLessThan(10);
        assertThat(Verifier.check(shortest)).contains(first);
    }

    @Test
    void nothingIsFoundWithoutOne() {
        assertThat(Verifier.check(runWith(new Bug() {}))).isEmpty();
    }

    private static List<Entry> runWith(Bug bug) {
        History history = new History();
        int port = instance.server().port();
        String label = "run" + ++runs + '-';
        try (SocketDoor sockets = new SocketDoor(port, bug);
                PublishDoor calls = new PublishDoor(port, bug)) {
            Load.Setting setting = new Load.Setting(
                    new Doors(List.of(sockets.address())),
                    new Doors(List.of(calls.address())),
                    label,
                    true,
                    false,
                    Duration.ofSeconds(bug.foundAs().contains(Violation.Rule.STUCK) ? 1 : 10));
            try (Load load = new Load(history, setting, runs)) {
                load.begin();
                if (bug instanceof Bugs.HiddenLoss) {
                    awaitEvents(history);
                    history.note(Kind.FAULT, "instance killed", 0, "", "", "", "", 1, "instance");
                    instance.kill();
                    instance.revive();
                    instance.server().awaitReady();
                }
                if (!bug.foundAs().isEmpty()) {
                    Awaitility.await("the bug strikes")
                            .atMost(Duration.ofSeconds(30))
                            .until(bug::hasStruck);
                }
                awaitEvents(history);
                load.stopPublishing();
                history.note(Kind.CALM, "", 0, "");
                load.end();
                load.readBack("instance", instance.server());
            }
        }
        return history.entries();
    }

    /** Some more than there are now. */
    private static void awaitEvents(History history) {
        long before = acked(history);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> acked(history) > before + 20);
    }

    private static long acked(History history) {
        return history.entries().stream()
                .filter(entry -> entry.kind() == Kind.ACKED)
                .count();
    }
}
