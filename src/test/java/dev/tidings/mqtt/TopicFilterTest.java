package dev.tidings.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            plant/1/t   | plant/1/t   | []
            plant/1/t   | plant/2/t   | -
            plant/+/t   | plant/1/t   | [1]
            plant/+/t   | plant//t    | []
            plant/+/t   | plant/1/2/t | -
            plant/+/t   | plant/1     | -
            plant/+     | plant/1/t   | -
            +/+         | a/b         | [a, b]
            +           | /a          | -
            plant/#     | plant/1/t   | [1/t]
            plant/#     | plant       | []
            plant/+/#   | plant/1     | [1, ]
            plant/+/#   | plant/1/a/b | [1, a/b]
            #           | a/b         | [a/b]
            #           | $SYS/load   | -
            +/load      | $SYS/load   | -
            $SYS/#      | $SYS/load   | [load]
            """)
    void whatIsMeant(String filter, String topic, String parts) {
        assertThat(new TopicFilter(filter).match(topic).map(List::toString).orElse(null))
                .isEqualTo(parts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a+", "a/+b", "a/#/b", "#/a", "a#", "$share/group/a", "a\0b"})
    void whatIsNone(String text) {
        assertThatThrownBy(() -> new TopicFilter(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/+, a/b, true",
        "a/+, b/+, false",
        "a/+/c, a/b/+, true",
        "a/+/c, a/b, false",
        "a/#, a/b/c, true",
        "a/#, a, true",
        "#, x, true",
        "#, $SYS/x, false",
        "a/b/#, a/+, true",
        "a/b/#, a, false"
    })
    void whatBothMean(String one, String other, boolean overlap) {
        assertThat(new TopicFilter(one).overlaps(new TopicFilter(other))).isEqualTo(overlap);
        assertThat(new TopicFilter(other).overlaps(new TopicFilter(one))).isEqualTo(overlap);
    }

    @Test
    void aLevelMayBeLong() {
        assertThat(new TopicFilter("a".repeat(65_535)).wildcards()).isZero();
        assertThatThrownBy(() -> new TopicFilter("a".repeat(65_536))).isInstanceOf(IllegalArgumentException.class);
    }
}
