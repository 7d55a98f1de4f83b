package dev.tidings.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files are schemas, and what a value that does not hold to one is told. */
class PayloadSchemaTest {
    @TempDir
    Path directory;

    private PayloadSchema schema(String text) throws IOException {
        return PayloadSchema.read("tidings.key", Files.writeString(directory.resolve("schema.json"), text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type": 7}                                              | at "/type"
            {"type": "objekt"}                                       | at "/type"
            []                                                       | not an object
            {                                                        | not JSON
            {"$schema": "http://json-schema.org/draft-07/schema#"}   | its $schema is
            {"$ref": "http://127.0.0.1:1/other.json"}                | 127.0.0.1:1
            {"$ref": "file:///etc/hostname"}                         | hostname
            {"$ref": "#/$defs/nothing"}                              | nothing
            """)
    void whatIsNoSchemaIsRefusedInOneLineThatNamesTheKey(String text, String why) {
        assertThatThrownBy(() -> schema(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tidings.key: found ")
                .hasMessageContaining("allowed is a file with a JSON Schema of draft 2020-12")
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> PayloadSchema.read("tidings.key", directory.resolve("none.json")))
                .hasMessageContaining("it cannot be read");
    }

    @Test
    void aValueIsToldWhereItDoesNotHold() throws IOException {
        PayloadSchema schema = schema("{\"properties\": {\"a/b\": {\"items\": {\"type\": \"integer\"}}}}");
        assertThat(schema.check(Json.parse("{\"a/b\":[1,2]}").tree())).isNull();
        PayloadSchema.Violation violation =
                schema.check(Json.parse("{\"a/b\":[1,\"2\"]}").tree());
        assertThat(violation.at()).isEqualTo("/a~1b/1");
        assertThat(violation.why()).contains("integer");
    }

    /** Whoever publishes could send a payload that is wrong in a million places. */
    @Test
    void oneViolationIsEnough() throws IOException {
        ArrayNode wrong = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 500_000; i++) {
            wrong.add("x");
        }
        assertThat(schema("{\"items\": {\"type\": \"integer\"}}").check(wrong).at())
                .isEqualTo("/0");
    }
}
