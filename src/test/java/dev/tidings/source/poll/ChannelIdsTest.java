package dev.tidings.source.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelIdsTest {
    @Test
    void aNameThatIsAnIdStaysAsItIs() {
        assertThat(ChannelIds.of("web-01_a.b@c+d=e/f")).isEqualTo("web-01_a.b@c+d=e/f");
    }

    @Test
    void otherCharactersBecomeTheirBytes() {
        assertThat(ChannelIds.of("my work: ü")).isEqualTo("my~20work~3a~20~c3~bc");
    }

    @Test
    void aTildeIsEscapedOnlyWhereItWouldReadAsAnEscape() {
        assertThat(ChannelIds.of("~home")).isEqualTo("~home");
        assertThat(ChannelIds.of("a~20b")).isEqualTo("a~7e20b");
    }

    @Test
    void aLongNameIsCutAndKeepsItsDifference() {
        String one = ChannelIds.of("日".repeat(60) + "1");
        String other = ChannelIds.of("日".repeat(60) + "2");

        assertThat(one).hasSize(128).isNotEqualTo(other);
        assertThat(Channel.of("tmux", one).id()).isEqualTo(one);
    }

    @Test
    void anIdThatWasCutIsNobodysName() {
        String cut = ChannelIds.of("日".repeat(60));
        assertThat(ChannelIds.nameOf(cut)).isEmpty();
        assertThat(ChannelIds.of(cut)).isNotEqualTo(cut);
        assertThat(ChannelIds.nameOf(ChannelIds.of("a~.b"))).contains("a~.b");
    }

    @Test
    void differentNamesNeverShareAnId() {
        Random random = new Random(42);
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int n = random.nextInt(1, 7); n > 0; n--) {
                name.append("~~a27e fé".charAt(random.nextInt(9)));
            }
            String other = names.put(ChannelIds.of(name.toString()), name.toString());
            assertThat(other).isIn(null, name.toString());
        }
    }
}
