package dev.tidings.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadBandTest {
    private static final Map<JsonPointer, Double> BANDS = Map.of(
            JsonPointer.compile("/t"), 0.5, JsonPointer.compile("/in/n"), 10.0, JsonPointer.compile("/list/1"), 2.0);

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.parse(text.replace('\'', '"')).tree();
    }

    private static String applied(String published, String seen) {
        ObjectNode before = json(seen);
        String result = DeadBand.apply(BANDS, json(published), before).toString();
        assertThat(before).isEqualTo(json(seen));
        return result.replace('"', '\'');
    }

    @Test
    void aSmallChangeIsHeldBackAndALargeOneIsNot() {
        assertThat(applied("{'t':20.0}", "{'t':20.4}")).isEqualTo("{'t':20.0}");
        assertThat(applied("{'t':20.0}", "{'t':20.5}")).isEqualTo("{'t':20.5}");
        assertThat(applied("{'t':20.0}", "{'t':19.4}")).isEqualTo("{'t':19.4}");
    }

    @Test
    void numbersOfAnySizeAreCompared() {
        assertThat(applied("{'t':20}", "{'t':1e9999}")).isEqualTo("{'t':1E+9999}");
        assertThat(applied("{'t':20}", "{'t':1e-9999}")).isEqualTo("{'t':1E-9999}");
        assertThat(applied("{'t':1e9999}", "{'t':1e9999}")).isEqualTo("{'t':1E+9999}");
    }

    @Test
    void placesMayBeDeepAndInLists() {
        assertThat(applied("{'in':{'n':1},'list':[1,5]}", "{'in':{'n':9},'list':[2,6]}"))
                .isEqualTo("{'in':{'n':1},'list':[2,5]}");
    }

    @Test
    void whatIsNoNumberOrWasNotThereIsTakenAsItIs() {
        assertThat(applied("{'t':'warm'}", "{'t':20}")).isEqualTo("{'t':20}");
        assertThat(applied("{'t':20}", "{'t':'warm'}")).isEqualTo("{'t':'warm'}");
        assertThat(applied("{}", "{'t':20}")).isEqualTo("{'t':20}");
        assertThat(applied("{'t':20}", "{}")).isEqualTo("{}");
    }

    @Test
    void theFirstStateIsTakenAsItIs() {
        assertThat(DeadBand.apply(BANDS, null, json("{'t':1}"))).isEqualTo(json("{'t':1}"));
    }
}
