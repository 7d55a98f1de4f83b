package dev.tidings.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is let in can be made a tree and written again; what cannot is refused at the door. */
class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1.5E-9999",
                "1e0000000000001",
                "12345678901234567890123",
                "\"\\ud83d\\ude00\"",
                "\"\\\\ud83d\"",
                "[\"\\u00e9\", {\"a\": [1.10]}]",
                "{\"a\":\n1}"
            })
    void takes(String json) {
        Json taken = Json.parse(json);
        assertThat(Json.of(taken.tree()).tree()).isEqualTo(taken.tree());
        assertThat(taken.toString()).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e99999",
                "{\"x\":1e99999999999}",
                "{\n\"x\":-1.0E+99999999999}",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800\\ud800\"",
                "{\"\\udbff\":1}",
                "1 2",
                "",
                "{\"a\":}",
                "NaN",
                "01"
            })
    void refuses(String json) {
        assertThatThrownBy(() -> Json.parse(json)).isInstanceOf(Invalid.class).hasMessageContaining("not JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":}      | not JSON: unexpected character ('}'): expected a value (line 1, column 6)
            {"a":1      | not JSON: it ends too early (line 1, column 7)
            [1, "b      | not JSON: it ends too early (line 1, column 7)
            NaN         | not JSON: non-standard token 'NaN' (line 1, column 4)
            """)
    void saysWhatIsWrongInWordsOfJson(String json, String why) {
        assertThatThrownBy(() -> Json.parse(json)).hasMessage(why);
    }

    @Test
    void saysNothingOfTheParser() {
        for (String json : List.of(
                "1".repeat(1001), "[[{\"a\":[", "{\"a\" 1}", "+1", ".5", "nul", "\"\\x\"", "\"\t\"", "01", "/*x*/1")) {
            assertThatThrownBy(() -> Json.parse(json))
                    .satisfies(refusal -> assertThat(refusal.getMessage())
                            .startsWith("not JSON: ")
                            .endsWith(")")
                            .doesNotContain("`", "[Source", "Feature", "REDACTED"));
        }
    }

    @Test
    void takesValuesOfTheGreatestDepthAlsoInsideAnother() {
        String deepest = "{\"a\":".repeat(Json.MAX_DEPTH) + 1 + "}".repeat(Json.MAX_DEPTH);
        Json taken = Json.parse(deepest);
        byte[] patch = ("{\"patch\":" + deepest + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(Json.trusted(patch).tree().path("patch")).isEqualTo(taken.tree());
        assertThatThrownBy(() -> Json.parse("[" + deepest + "]")).hasMessageContaining("deeper than 100");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0xc0, 0x80})
    void refusesWhatIsNotUtf8(int wrong) {
        byte[] bytes = {'"', (byte) wrong, '"'};
        assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(Invalid.class);
    }

    @Test
    void refusesSurrogatesThatAreEncodedAsSuch() {
        byte[] cesu = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        assertThatThrownBy(() -> Json.parse(cesu)).hasMessageContaining("not UTF-8");
    }
}
