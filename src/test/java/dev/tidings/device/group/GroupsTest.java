package dev.tidings.device.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups as they are written, and read in time. */
class GroupsTest {
    @Test
    void aGroupIsNotWaitedForLongerThanItsCallerWaits() {
        EventLog silent = (EventLog) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {EventLog.class},
                (self, method, arguments) -> new CompletableFuture<>());
        Groups groups = new Groups(
                silent, submission -> CompletableFuture.completedStage(new Outcome.Unavailable("not asked")));
        CompletableFuture<?> read = groups.read(Group.channelOf("default", "hall"), Duration.ofMillis(20))
                .toCompletableFuture();
        assertThatThrownBy(read::join)
                .hasCauseInstanceOf(LogUnavailable.class)
                .hasMessageContaining("nothing was done");
    }

    @Test
    void aGroupThatWasReadCanBeWrittenBack() {
        assertThat(Group.members(
                        "hall",
                        Json.parse("{\"id\":\"hall\",\"members\":[\"a\",\"b\",\"a\"]}")
                                .tree()))
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"members":[],"name":"Hall"} | a group has no member "name"
            {"members":[],"id":"attic"}  | a group has no member "id"
            {"members":[7]}              | each member is the id of a device
            {"members":{}}               | a group is an object such as
            """)
    void whatIsNoGroupIsRefused(String body, String why) {
        assertThatThrownBy(() -> Group.members("hall", Json.parse(body).tree()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(why);
    }
}
