package dev.tidings.source.poll;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final Channel STORM = new Channel("tmux:storm");
    private static final Channel CALM = new Channel("tmux:calm");

    private final AtomicLong now = new AtomicLong();
    private final Throttle throttle = new Throttle("tmux", new Allowance(200, 500), now::get);

    private static Announcement announcement(Channel channel, String type, int number) {
        return new Announcement(
                channel, type, JsonNodeFactory.instance.objectNode().put("n", number));
    }

    private static List<Announcement> renames(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> announcement(STORM, "tmux.window.renamed", i))
                .toList();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void tenThousandInASecondAreToldAsFarAsAllowedAndTheRestIsCounted() {
        List<Announcement> told = new ArrayList<>();
        int coalesced = 0;
        for (int look = 0; look < 10; look++) {
            Throttle.Told now = throttle.within(renames(look * 1000, 1000));
            told.addAll(now.announcements());
            coalesced += now.coalesced();
            pass(Duration.ofMillis(100));
        }
        List<Announcement> renamed = told.stream()
                .filter(each -> !each.type().equals(Throttle.COALESCED))
                .toList();
        assertThat(renamed).hasSize(500 + 9 * 20);
        assertThat(renamed)
                .extracting(each -> each.payload().path("n").asInt())
                .as("in their order")
                .isSorted();
        assertThat(coalesced).isEqualTo(10_000 - renamed.size());
        assertThat(told.stream()
                        .filter(each -> each.type().equals(Throttle.COALESCED))
                        .mapToInt(each -> each.payload().path("count").asInt())
                        .sum())
                .isEqualTo(coalesced);
    }

    @Test
    void theSummaryCountsByTypeAndComesLast() {
        throttle.within(renames(0, 500));
        Throttle.Told told = throttle.within(List.of(
                announcement(STORM, "tmux.pane.output", 1),
                announcement(STORM, "tmux.window.renamed", 2),
                announcement(STORM, "tmux.pane.output", 3)));
        assertThat(told.coalesced()).isEqualTo(3);
        assertThat(told.announcements()).singleElement().satisfies(each -> {
            assertThat(each.channel()).isEqualTo(STORM);
            assertThat(each.type()).isEqualTo("events.coalesced");
            assertThat(each.payload())
                    .hasToString(
                            "{\"source\":\"tmux\",\"count\":3,\"types\":{\"tmux.pane.output\":2,\"tmux.window.renamed\":1}}");
        });
    }

    @Test
    void whatIsEssentialIsAlwaysTold() {
        List<Announcement> all = new ArrayList<>(renames(0, 600));
        all.add(new Announcement(STORM, "tmux.session.closed", JsonNodeFactory.instance.objectNode(), true));
        assertThat(throttle.within(all).announcements())
                .extracting(Announcement::type)
                .endsWith("tmux.window.renamed", "tmux.session.closed", "events.coalesced");
    }

    @Test
    void oneChannelsStormIsNoOthers() {
        throttle.within(renames(0, 1000));
        Throttle.Told told = throttle.within(List.of(announcement(CALM, "tmux.window.renamed", 1)));
        assertThat(told.coalesced()).isZero();
        assertThat(told.announcements()).hasSize(1);
    }

    @Test
    void afterTheStormEverythingIsToldAgain() {
        throttle.within(renames(0, 1000));
        pass(Duration.ofSeconds(3));
        assertThat(throttle.within(renames(0, 500)).coalesced()).isZero();
    }
}
