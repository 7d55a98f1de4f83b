package dev.tidings.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients get wrong is said so that they can put it right, and with the id by which they wait for a reply. */
class ClientMessageReaderTest {
    private static BadMessage refused(String message) {
        return catchThrowableOfType(BadMessage.class, () -> ClientMessageReader.read(message));
    }

    @Test
    void aMessageWithoutATypeIsAnsweredByItsId() {
        BadMessage refused = refused("{\"channel\":\"a:1\",\"id\":\"7\"}");
        assertThat(refused.id()).isEqualTo("7");
        assertThat(refused.isEnvelope()).isFalse();
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"offset":1,"epoch":"e","last":3}     | found are epoch, offset and last
            {"timestamp":1,"last":3,"cursor":"x"} | found are cursor and timestamp and last
            {"epoch":"e","timestamp":1}           | found are epoch, offset and timestamp
            {"first":3}                           | since is one of {epoch, offset}, {cursor}, {timestamp}, {last}
            {"epoch":"e"}                         | offset is a whole number
            {"last":-1}                           | last is a whole number
            7                                     | since is one of
            """)
    void sinceIsOneOfItsForms(String since, String why) {
        for (String type : new String[] {"subscribe", "history"}) {
            BadMessage refused = refused("{\"type\":\"" + type
                    + "\",\"id\":\"1\",\"channel\":\"a:1\",\"payload\":{\"since\":" + since + "}}");
            assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
            assertThat(refused.refusal().message()).contains(why);
            assertThat(refused.id()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"timestamp":1,"epoch":"e","offset":3} | found are epoch, offset and timestamp
            {"last":3}                             | before is one of {epoch, offset}, {timestamp}
            [1]                                    | before is one of
            """)
    void beforeIsOneOfItsForms(String before, String why) {
        assertThat(refused("{\"type\":\"history\",\"channel\":\"a:1\",\"payload\":{\"before\":" + before + "}}")
                        .refusal()
                        .message())
                .contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"field":"/payload/a","op":"eq","value":1,"foo":1} | a condition has no member "foo"
            {"all":[{"field":"/a","op":"exists"}],"op":"eq"}   | a condition has no member "op"
            {"not":{"field":"/a","op":"exists","vlaue":false}} | a condition has no member "vlaue"
            """)
    void aConditionHasNoOtherMembers(String where, String why) {
        BadMessage refused = refused(
                "{\"type\":\"subscribe\",\"channel\":\"a:1\",\"payload\":{\"filter\":{\"where\":" + where + "}}}");
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_FILTER);
        assertThat(refused.refusal().message()).contains(why);
    }
}
