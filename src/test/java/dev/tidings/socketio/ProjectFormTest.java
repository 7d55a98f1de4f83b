package dev.tidings.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Slice;
import dev.tidings.protocol.Frames;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Changes of state as those are told them who want the whole, whatever they missed. */
class ProjectFormTest {
    private static final ChannelKey KEY = new ChannelKey("default", new Channel("project:p"));

    /** Where the log says that the project stands, when it is asked. */
    private Head head = new Head(new Position("e", 0), null);

    private final List<Runnable> later = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final ProjectForm form = new ProjectForm(log(), later::add);

    private EventLog log() {
        return (EventLog) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("read");
                    return CompletableFuture.completedStage(new Slice(List.of(), Slice.Reach.WHOLE, false, head));
                });
    }

    private void join(long offset, String state) {
        State retained = state == null ? null : new State(Json.parse(state), new Position("e", offset), 1);
        form.join(KEY, new Position("e", offset), retained, message -> told.add(text(message)));
    }

    private List<String> messages(Event... events) {
        List<byte[]> frames = new ArrayList<>();
        for (Event ignored : events) {
            frames.add(new byte[0]);
        }
        return form.messages(Frames.ofEvents(frames, List.of(events))).stream()
                .map(ProjectFormTest::text)
                .toList();
    }

    private static String text(byte[] message) {
        return new String(message, UTF_8);
    }

    private static Event event(String epoch, long offset, String type, String payload) {
        return new Event(KEY, type, "i" + offset, new Position(epoch, offset), offset, 5, Json.parse(payload), null);
    }

    private static Event patch(long offset, String patch) {
        return event("e", offset, Event.STATE_CHANGED, "{\"patch\":" + patch + ",\"previous\":{}}");
    }

    private static String update(String state) {
        return "42[\"state_update\",{\"project_id\":\"p\",\"state\":" + state + "}]";
    }

    @Test
    void changesAddUp() {
        join(3, "{\"a\":1}");
        assertThat(messages(patch(4, "{\"b\":2}"), event("e", 5, "x.y", "[7]"), patch(6, "{\"a\":null}")))
                .containsExactly(update("{\"a\":1,\"b\":2}"), "42[\"x.y\",[7]]", update("{\"b\":2}"));
        assertThat(messages(event("e", 7, Event.STATE_DELETED, "{}"))).containsExactly(update("null"));
    }

    @Test
    void whoIsBroughtUpToDateIsToldWhatIsKnown() {
        join(9, "{\"a\":9}");
        assertThat(messages(patch(8, "{\"a\":8}"))).containsExactly(update("{\"a\":9}"));
    }

    @Test
    void aHoleIsReadAndAllAreTold() {
        join(1, "{\"a\":1}");
        head = new Head(new Position("e", 6), new State(Json.parse("{\"a\":6}"), new Position("e", 5), 1));
        assertThat(messages(patch(5, "{\"a\":5}"))).isEmpty();
        assertThat(told).isEmpty();
        later.forEach(Runnable::run);
        assertThat(told).containsExactly(update("{\"a\":6}"));
        assertThat(messages(patch(6, "{\"a\":6}"), patch(7, "{\"b\":7}")))
                .containsExactly(update("{\"a\":6}"), update("{\"a\":6,\"b\":7}"));
    }

    @Test
    void anotherNumberingIsReadToo() {
        join(7, "{\"a\":7}");
        head = new Head(new Position("f", 1), new State(Json.parse("{\"z\":1}"), new Position("f", 1), 1));
        assertThat(messages(event("f", 1, Event.STATE_CHANGED, "{\"patch\":{\"z\":1},\"previous\":{}}")))
                .isEmpty();
        later.forEach(Runnable::run);
        assertThat(told).containsExactly(update("{\"z\":1}"));
    }

    @Test
    void whatIsSaidInARoomSaysWhereAndWhen() {
        join(0, null);
        assertThat(messages(
                        event("e", 1, "chat.message", "{\"text\":\"hi\",\"from\":\"ada\",\"timestamp\":\"never\"}")))
                .containsExactly(
                        "42[\"chat_message\",{\"text\":\"hi\",\"from\":\"ada\",\"timestamp\":5,\"project_id\":\"p\"}]");
        assertThat(messages(event("e", 2, "connect", "1"))).containsExactly("42[\"event.connect\",1]");
        assertThat(messages(event("e", 3, Event.STATE_CHANGED, "{}"))).containsExactly("42[\"state.changed\",{}]");
    }

    @Test
    void theSameFramesAreWorkedOutOnce() {
        join(0, null);
        Frames frames = Frames.ofEvents(List.of(new byte[0]), List.of(event("e", 1, "x", "1")));
        assertThat(form.messages(frames)).isSameAs(form.messages(frames));
    }

    @Test
    void whoHasLeftIsToldNothing() {
        List<String> heard = new ArrayList<>();
        java.util.function.Consumer<byte[]> member = message -> heard.add(text(message));
        form.join(KEY, new Position("e", 0), null, member);
        form.leave(KEY, member);
        assertThat(messages(patch(1, "{\"a\":1}"))).isEmpty();
        assertThat(heard).isEmpty();
    }
}
