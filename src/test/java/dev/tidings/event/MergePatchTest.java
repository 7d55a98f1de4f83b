package dev.tidings.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    /** RFC 7396, appendix A. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":"b"}          | {"a":"c"}             | {"a":"c"}
            {"a":"b"}          | {"b":"c"}             | {"a":"b","b":"c"}
            {"a":"b"}          | {"a":null}            | {}
            {"a":"b","b":"c"}  | {"a":null}            | {"b":"c"}
            {"a":["b"]}        | {"a":"c"}             | {"a":"c"}
            {"a":"c"}          | {"a":["b"]}           | {"a":["b"]}
            {"a":{"b":"c"}}    | {"a":{"b":"d","c":null}} | {"a":{"b":"d"}}
            {"a":[{"b":"c"}]}  | {"a":[1]}             | {"a":[1]}
            ["a","b"]          | ["c","d"]             | ["c","d"]
            {"a":"b"}          | ["c"]                 | ["c"]
            {"a":"foo"}        | null                  | null
            {"a":"foo"}        | "bar"                 | "bar"
            {"e":null}         | {"a":1}               | {"e":null,"a":1}
            [1,2]              | {"a":"b","c":null}    | {"a":"b"}
            {}                 | {"a":{"bb":{"ccc":null}}} | {"a":{"bb":{}}}
            """)
    void appliesAsTheStandardShows(String target, String patch, String result) {
        assertThat(MergePatch.apply(tree(target), tree(patch))).isEqualTo(tree(result));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":1}            | {"a":2}               | {"a":2}               | {"a":1}
            {"a":1,"b":2}      | {"a":1}               | {"b":null}            | {"b":2}
            {}                 | {"a":{"b":1}}         | {"a":{"b":1}}         | {"a":null}
            {"a":{"b":1,"c":2}} | {"a":{"b":1,"c":3}}  | {"a":{"c":3}}         | {"a":{"c":2}}
            {"a":{"b":1}}      | {"a":5}               | {"a":5}               | {"a":{"b":1}}
            {"a":[1,2]}        | {"a":[1,3]}           | {"a":[1,3]}           | {"a":[1,2]}
            {"a":1}            | {"a":1.0}             | {}                    | {}
            {"a":{"b":{"c":1}}} | {"a":{"b":{}}}       | {"a":{"b":{"c":null}}} | {"a":{"b":{"c":1}}}
            """)
    void findsTheSmallestPatchAndWhatItReplaces(String from, String to, String patch, String previous) {
        ObjectNode found = MergePatch.between(tree(from), tree(to));
        assertThat(found).isEqualTo(tree(patch));
        assertThat(MergePatch.previous(tree(from), found)).isEqualTo(tree(previous));
    }

    @Test
    void membersThatAreNullCannotBeKept() {
        assertThat(MergePatch.withoutNulls(tree("{\"a\":null,\"b\":{\"c\":null,\"d\":[null]}}")))
                .isEqualTo(tree("{\"b\":{\"d\":[null]}}"));
    }

    @Test
    void numbersKeepTheirPrecision() {
        String exact = "{\"a\":1.10,\"b\":1208925819614629174706176,\"c\":0.1234567890123456789}";
        assertThat(Json.of(tree(exact)).toString()).isEqualTo(exact);
    }

    /** The patch between any two objects turns the one into the other, and what it replaced turns it back. */
    @RepeatedTest(300)
    void anyPatchFoundDoesWhatItShould(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        ObjectNode from = object(random, 3);
        ObjectNode to = object(random, 3);
        ObjectNode patch = MergePatch.between(from, to);
        assertThat(MergePatch.apply(from, patch)).isEqualTo(to);
        assertThat(MergePatch.between(from, MergePatch.apply(from, patch))).isEqualTo(patch);
        assertThat(patch.isEmpty()).isEqualTo(from.equals(to));
        ObjectNode previous = MergePatch.previous(from, patch);
        assertThat(MergePatch.apply(to, previous)).isEqualTo(from);
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

    private static JsonNode tree(String json) {
        return Json.parse(json).tree();
    }
}
