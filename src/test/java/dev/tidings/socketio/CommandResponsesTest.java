package dev.tidings.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ServerMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the caller of a command is told that failed: what its handler said, as it said it. */
class CommandResponsesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"code":"busy","message":"not now"} | busy  | not now
            {"reason":"jam","at":[1]}           | error | it failed
            "out of paper"                      | error | out of paper
            """)
    void anErrorIsToldAsItsHandlerSaidIt(String error, String code, String message) {
        CommandResult result = CommandResult.read(
                Json.parse("{\"status\":\"error\",\"error\":" + error + "}").tree());
        var answer =
                CommandResponses.answer(new ServerMessage.CommandResponse(new Channel("project:p"), "c-1", result));
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        assertThat(answer.path("code").asText()).isEqualTo(code);
        assertThat(answer.path("message").asText()).isEqualTo(message);
        assertThat(answer.path("error").toString()).isEqualTo(error);
    }
}
