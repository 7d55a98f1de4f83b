package dev.tidings.checker.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Violation.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the verifier lets pass and what it does not, where that depends on what was announced. That it finds bugs is for SeededBugsIT. */
class VerifierTest {
    private final History history = new History();

    private void published(int offset) {
        history.note(Kind.SENT, "p", 0, "red", "plain:1", "p-" + offset, "", 0, "check.made {\"n\":" + offset + "}");
        history.note(Kind.ACKED, "p", 0, "red", "plain:1", "p-" + offset, "e1", offset, "");
    }

    private void delivered(int offset) {
        history.note(
                Kind.DELIVERED,
                "f",
                1,
                "red",
                "plain:1",
                "p-" + offset,
                "",
                offset,
                "check.made {\"n\":" + offset + "}");
    }

    private void follows() {
        history.note(Kind.CONNECTED, "f", 1, "there");
        history.note(Kind.ASKED, "f", 1, "red", "plain:1", "1", "", 0, "");
        history.note(Kind.SUBSCRIBED, "f", 1, "red", "plain:1", "1", "e1", 0, "not recovered 0");
    }

    private void losesData() {
        history.note(Kind.FAULT, "master killed", 0, "", "", "", "", 1, "Redis");
    }

    private List<Rule> broken() {
        return Verifier.check(history.entries()).stream().map(Violation::rule).toList();
    }

    @Test
    void whoGetsEverythingInOrderHasNothingToComplainOf() {
        follows();
        for (int offset = 1; offset <= 3; offset++) {
            published(offset);
            delivered(offset);
        }
        assertThat(broken()).isEmpty();
    }

    @Test
    void aHoleIsExcusedByAGapThatNamesIt() {
        losesData();
        follows();
        for (int offset = 1; offset <= 4; offset++) {
            published(offset);
        }
        delivered(1);
        history.note(Kind.GAP, "f", 1, "red", "plain:1", "", "", 2, "3");
        delivered(4);
        assertThat(broken()).isEmpty();
    }

    @Test
    void aGapThatIsTooShortExcusesNothing() {
        losesData();
        follows();
        for (int offset = 1; offset <= 4; offset++) {
            published(offset);
        }
        delivered(1);
        history.note(Kind.GAP, "f", 1, "red", "plain:1", "", "", 2, "2");
        delivered(4);
        assertThat(broken()).containsExactly(Rule.HOLE);
    }

    @Test
    void aLossMayBeAnnouncedOnlyWhereSomethingCanBeLost() {
        follows();
        history.note(Kind.SUBSCRIBED, "f", 1, "red", "plain:1", "", "e2", 7, "not recovered 0");
        assertThat(broken()).containsExactly(Rule.NEEDLESS);
    }

    @Test
    void anAnnouncedRestartBeginsWhereItSays() {
        follows();
        losesData();
        history.note(Kind.SUBSCRIBED, "f", 1, "red", "plain:1", "", "e2", 7, "not recovered 0");
        for (int offset : List.of(8, 10)) {
            history.note(
                    Kind.SENT, "p", 0, "red", "plain:1", "p-" + offset, "", 0, "check.made {\"n\":" + offset + "}");
            delivered(offset);
        }
        assertThat(broken()).containsExactly(Rule.HOLE);
    }

    @Test
    void whatCameBeforeMayComeAgainOnAnotherConnectionOnly() {
        follows();
        published(1);
        delivered(1);
        history.note(Kind.CONNECTED, "f", 2, "there");
        history.note(Kind.ASKED, "f", 2, "red", "plain:1", "2", "e1", 0, "");
        history.note(Kind.SUBSCRIBED, "f", 2, "red", "plain:1", "2", "e1", 1, "recovered 1");
        delivered(1);
        assertThat(broken()).isEmpty();
        delivered(1);
        assertThat(broken()).containsExactlyInAnyOrder(Rule.TWICE, Rule.ORDER);
    }

    @Test
    void theShortestHistoryHasNothingThatCouldBeLeftOut() {
        follows();
        for (int offset = 1; offset <= 50; offset++) {
            published(offset);
            if (offset != 30) {
                delivered(offset);
            }
        }
        List<Violation> found = Verifier.check(history.entries());
        assertThat(found).hasSize(1);
        assertThat(Shortest.of(history.entries(), found.getFirst()).stream()
                        .map(entry -> entry.kind() + " " + entry.offset()))
                .containsExactly("DELIVERED 29", "DELIVERED 31");
    }
}
