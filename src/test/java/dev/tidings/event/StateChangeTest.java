package dev.tidings.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class StateChangeTest {
    /** Any changes put together are the change from the first state to the last. */
    @RepeatedTest(300)
    void changesPutTogetherAreTheWholeChange(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        ObjectNode first = object(random, 3);
        ObjectNode state = object(random, 3);
        StateChange together = change(first, state);
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            ObjectNode next = object(random, 3);
            together = together.then(change(state, next));
            state = next;
        }
        assertThat(together).isEqualTo(change(first, state));
        assertThat(MergePatch.apply(first, together.patch())).isEqualTo(state);
        assertThat(StateChange.of(together.toPayload())).isEqualTo(together);
    }

    private static StateChange change(ObjectNode from, ObjectNode to) {
        ObjectNode patch = MergePatch.between(from, to);
        return new StateChange(patch, MergePatch.previous(from, patch));
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set("m" + random.nextInt(4), value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(3));
            case 1 -> JsonNodeFactory.instance.textNode("t" + random.nextInt(3));
            case 2 -> JsonNodeFactory.instance.arrayNode().add(random.nextInt(2));
            default -> object(random, depth - 1);
        };
    }
}
