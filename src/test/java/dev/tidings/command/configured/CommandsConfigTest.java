package dev.tidings.command.configured;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsConfigTest {
    private static CommandsConfig config(String settings) {
        Map<String, String> properties = new HashMap<>();
        for (String setting : settings.split(",(?=x)", -1)) {
            String[] parts = setting.split("=", 2);
            properties.put("tidings.commands." + parts[0], parts[1]);
        }
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(CommandsConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(CommandsConfig.class);
    }

    @Test
    void whatIsPossibleIsTaken() {
        ConfiguredHandlers.validate(config("x.pattern=a:*,x.url=https://h:8443/hook?key=1,x.secret=0123456789abcdef"
                + ",x.headers.Authorization=Bearer t,x.timeout=5m,x.max-size=16M,x.tenant=acme,x.enabled=false"));
        ConfiguredHandlers.validate(
                config("x.kind=tmux,x.allow=send-keys, kill-session,x.pattern=tmux:work,x.socket=w"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            x.url=http://h/                                       | tidings.commands.x.pattern is missing
            x.pattern=a:*                                         | tidings.commands.x.url is missing
            x.pattern=A:*,x.url=http://h/                         | tidings.commands.x.pattern is "A:*"; allowed is namespace
            x.pattern=a:*,x.url=ftp://h/                          | tidings.commands.x.url is "ftp://h"; allowed is an http or https URL
            x.pattern=a:*,x.url=http://u:s3cret@h/                | tidings.commands.x.url is "a URL with a user"
            x.pattern=a:*,x.url=http://h/,x.secret=s3cret         | tidings.commands.x.secret is "not shown"; allowed is at least 16
            x.pattern=a:*,x.url=http://h/,x.timeout=6m            | tidings.commands.x.timeout is "6m"; allowed is 50ms to 5m
            x.pattern=a:*,x.url=http://h/,x.max-size=17M          | tidings.commands.x.max-size is "17M"
            x.pattern=a:*,x.url=http://h/,x.tenant=a b            | tidings.commands.x.tenant is "a b"
            x.pattern=a:*,x.url=http://h/,x.enabled=maybe         | tidings.commands.x.enabled is "maybe"; allowed is true or false
            x.pattern=a:*,x.url=http://h/,x.headers.Host=s3cret   | tidings.commands.x.headers.Host is "not shown"
            x.pattern=a:*,x.url=http://h/,x.allow=send-keys       | tidings.commands.x.allow is set; allowed is nothing: only kind tmux
            x.kind=shell                                          | tidings.commands.x.kind is "shell"; allowed is webhook or tmux
            x.kind=tmux                                           | tidings.commands.x.allow is missing; allowed is any of send-keys, new-session, kill-session
            x.kind=tmux,x.allow=kill-server                       | tidings.commands.x.allow is "kill-server"; allowed is any of send-keys
            x.kind=tmux,x.allow=send-keys,x.url=http://h/         | tidings.commands.x.url is set; allowed is nothing: only kind webhook
            x.kind=tmux,x.allow=send-keys,x.pattern=agent:*       | tidings.commands.x.pattern is "agent:*"; allowed is sessions' channels
            """)
    void whatCannotWorkIsRefusedInOneLine(String settings, String line) {
        CommandsConfig config = config(settings);
        assertThatThrownBy(() -> ConfiguredHandlers.validate(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(line)
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("\n");
    }
}
