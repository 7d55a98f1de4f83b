package dev.tidings.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The index finds what the patterns themselves say matches. */
class PatternIndexTest {
    private static final long SEED = 7;

    @Test
    void itFindsWhatMatchesAndNothingElse() {
        Random random = new Random(SEED);
        PatternIndex<String> index = new PatternIndex<>();
        Set<String> patterns = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            patterns.add(name(random) + (random.nextBoolean() ? "*" : "x"));
        }
        patterns.add("a");
        patterns.forEach(each -> index.at("t", new ChannelPattern(each), () -> each));
        index.at("other", new ChannelPattern("a:*"), () -> "another tenant's");
        int found = 0;
        for (int i = 0; i < 2000; i++) {
            Channel channel = new Channel(i % 10 == 0 ? "a" : name(random) + "x");
            Set<String> matching = new TreeSet<>();
            index.forEachMatching(new ChannelKey("t", channel), matching::add);
            assertThat(matching)
                    .as("seed %d, %s", SEED, channel)
                    .containsExactlyElementsOf(patterns.stream()
                            .filter(each -> new ChannelPattern(each).matches(channel))
                            .toList());
            found += matching.size();
        }
        assertThat(found).isPositive();
        patterns.forEach(each -> index.remove("t", new ChannelPattern(each)));
        index.remove("other", new ChannelPattern("a:*"));
        assertThat(index.isEmpty()).isTrue();
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder(List.of("a:", "ab:").get(random.nextInt(2)));
        random.ints(random.nextInt(4), 'a', 'd').forEach(c -> name.append((char) c));
        return name.toString();
    }
}
