package dev.tidings.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels, patterns, globs: what they accept and what they match. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"system", "agent:42", "a:b", "device:motor_01", "x-y_z1:A.b~c@d+e=f/g-h"})
    void acceptsChannels(String name) {
        Channel channel = new Channel(name);
        assertThat(channel.namespace() + (channel.id().isEmpty() ? "" : ":" + channel.id()))
                .isEqualTo(name);
        assertThat(new ChannelPattern(name).isExact()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                ":a",
                "A:b",
                "1a:b",
                "a b",
                "a:b c",
                "a:b:c",
                "a:ü",
                "a:*",
                "a:b\n",
                "a:b\u0000",
                "_a:b"
            })
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> new Channel(name)).isInstanceOf(Invalid.class).hasMessageContaining("namespace");
    }

    @Test
    void boundsTheirLength() {
        new Channel("n".repeat(32) + ':' + "i".repeat(128));
        assertThatThrownBy(() -> new Channel("n".repeat(33) + ":i")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Channel("n:" + "i".repeat(129))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Channel("n:" + "i".repeat(1_000_000)))
                .isInstanceOf(Invalid.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @ParameterizedTest
    @CsvSource({
        "agent:*,  agent:42, true",
        "agent:*,  agent,    false",
        "agent:*,  agents:1, false",
        "agent:4*, agent:42, true",
        "agent:4*, agent:4,  true",
        "agent:4*, agent:5,  false",
        "agent:42, agent:42, true",
        "agent:42, agent:421, false",
        "agent,    agent,    true",
        "agent,    agent:42, false"
    })
    void patternsMatch(String pattern, String channel, boolean matches) {
        assertThat(new ChannelPattern(pattern).matches(new Channel(channel))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "agent:*,   agent:4*,  true",
        "agent:*,   agent:42,  true",
        "agent:*,   agent:*,   true",
        "agent:4*,  agent:*,   false",
        "agent:42,  agent:4*,  false",
        "agent:42,  agent:42,  true",
        "agent,     agent:*,   false",
        "agent:*,   agent,     false",
        "agent:a*,  agent:ab*, true"
    })
    void patternsCover(String wide, String narrow, boolean covers) {
        assertThat(new ChannelPattern(wide).covers(new ChannelPattern(narrow))).isEqualTo(covers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*:a", "a*", "a:*b", "a:**", "a:b*c"})
    void refusesOtherPatterns(String pattern) {
        assertThatThrownBy(() -> new ChannelPattern(pattern)).isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "agent.*,    agent.started,      true",
        "agent.*,    agent.task.done,    true",
        "agent.*,    agents.started,     false",
        "*,          anything.at.all,    true",
        "*.done,     agent.task.done,    true",
        "a*b*c,      aXXbYYc,            true",
        "a*b*c,      aXXcYYb,            false",
        "a.b,        a.b,                true",
        "a.b,        aXb,                false",
        "**,         x,                  true"
    })
    void globsMatch(String glob, String text, boolean matches) {
        assertThat(new Glob(glob).matches(text)).isEqualTo(matches);
    }

    @Test
    void hostileGlobsAreQuick() {
        String text = "a".repeat(128);
        assertThat(new Glob("*a".repeat(127) + "b").matches(text)).isFalse();
    }
}
