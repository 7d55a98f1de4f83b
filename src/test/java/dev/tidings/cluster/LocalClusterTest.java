package dev.tidings.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalClusterTest {
    private static final ObjectNode NOTE = JsonNodeFactory.instance.objectNode().put("n", 1);

    private final LocalCluster cluster = new LocalCluster();

    @Test
    void itTellsItself() {
        List<String> heard = new ArrayList<>();
        cluster.listen("a", (from, note) -> heard.add(from + note));
        TestLog.get(cluster.tellAll("a", NOTE));
        TestLog.get(cluster.tell(cluster.self(), "a", NOTE));
        TestLog.get(cluster.tellAll("nobody listens", NOTE));
        assertThat(heard).containsExactly(cluster.self() + NOTE, cluster.self() + NOTE);
        assertThat(cluster.instances()).containsExactly(cluster.self());
    }

    @Test
    void nobodyElseIsThere() {
        assertThatThrownBy(() -> TestLog.get(cluster.tell("another", "a", NOTE)))
                .isInstanceOf(LogUnavailable.class)
                .hasMessageContaining("another");
    }

    @Test
    void aTopicHasOneListenerAndWhatItThrowsIsItsOwn() {
        cluster.listen("a", (from, note) -> {
            throw new IllegalStateException("a fault of the listener");
        });
        assertThatThrownBy(() -> cluster.listen("a", (from, note) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a already");
        TestLog.get(cluster.tellAll("a", NOTE));
    }
}
