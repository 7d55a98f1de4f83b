package dev.tidings.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** State writes, alone and against other writers. */
class ShardWriterTest {
    private static final ChannelKey KEY = new ChannelKey("default", new Channel("device:1"));
    private final MemoryEventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, Clock.systemUTC(), 64 << 20);
    private final ShardWriter writer = newWriter();

    private ShardWriter newWriter() {
        return new ShardWriter(log, new Drafting(Clock.systemUTC(), new IntakeSettings(10_000, NamespaceRules.NONE)));
    }

    @Test
    void aPatchMakesAnEventThatSaysWhatChanged() {
        write(put("{\"speed\":100,\"on\":true,\"at\":{\"x\":1,\"y\":2}}"));
        Outcome.Changed changed = (Outcome.Changed) write(patch("{\"speed\":150,\"on\":null,\"at\":{\"x\":3}}"));
        assertThat(changed.patch().tree()).isEqualTo(tree("{\"speed\":150,\"on\":null,\"at\":{\"x\":3}}"));
        assertThat(changed.previous().tree()).isEqualTo(tree("{\"speed\":100,\"on\":true,\"at\":{\"x\":1}}"));
        JsonNode payload = read().events().getLast().payload().tree();
        assertThat(payload.get("patch")).isEqualTo(changed.patch().tree());
        assertThat(payload.get("previous")).isEqualTo(changed.previous().tree());
        assertThat(tree(state())).isEqualTo(tree("{\"speed\":150,\"at\":{\"x\":3,\"y\":2}}"));
    }

    @Test
    void whatChangesNothingMakesNoEvent() {
        write(put("{\"a\":1}"));
        assertThat(write(patch("{\"a\":1.0}"))).isInstanceOf(Outcome.Unchanged.class);
        assertThat(write(put("{\"a\":1,\"b\":null}"))).isInstanceOf(Outcome.Unchanged.class);
        assertThat(write(patch("{}"))).isInstanceOf(Outcome.Unchanged.class);
        assertThat(read().events()).hasSize(1);
        assertThat(write(new Change.Delete())).isInstanceOf(Outcome.Changed.class);
        assertThat(write(new Change.Delete())).isInstanceOf(Outcome.Unchanged.class);
        assertThat(read().head().state()).isNull();
        assertThat(read().events().getLast().type()).isEqualTo("state.deleted");
    }

    @Test
    void aStateDoesNotOutgrowItsLimitByPatches() {
        String half = "x".repeat(4900);
        assertThat(write(patch("{\"a\":\"" + half + "\"}"))).isInstanceOf(Outcome.Changed.class);
        assertThat(write(patch("{\"b\":\"" + half + "\"}"))).isInstanceOf(Outcome.Changed.class);
        String before = state();
        assertThat(write(patch("{\"c\":\"" + half + "\"}")))
                .isEqualTo(new Outcome.TooLarge("the state would have 14722 bytes, and 10000 are allowed"));
        assertThat(state()).isEqualTo(before);
        assertThat(write(patch("{\"a\":null,\"c\":\"" + half + "\"}"))).isInstanceOf(Outcome.Changed.class);
    }

    @Test
    void anEmptyStateIsAStateNonetheless() {
        assertThat(write(put("{}"))).isInstanceOf(Outcome.Changed.class);
        assertThat(state()).isEqualTo("{}");
        assertThat(write(put("{}"))).isInstanceOf(Outcome.Unchanged.class);
    }

    @Test
    void preconditionsAreHeldTo() {
        assertThat(write(put("{\"a\":1}"), new Precondition.Exists())).isInstanceOf(Outcome.Conflict.class);
        Outcome.Changed first = (Outcome.Changed) write(put("{\"a\":1}"), new Precondition.Absent());
        assertThat(write(put("{\"a\":2}"), new Precondition.Absent())).isInstanceOf(Outcome.Conflict.class);
        Position place = first.stored().position();
        assertThat(write(put("{\"a\":2}"), new Precondition.ChangedAt(place))).isInstanceOf(Outcome.Changed.class);
        assertThat(write(put("{\"a\":3}"), new Precondition.ChangedAt(place))).isInstanceOf(Outcome.Conflict.class);
        assertThat(state()).isEqualTo("{\"a\":2}");
    }

    @Test
    void aWriterThatIsBehindTheOthersNotices() {
        ShardWriter other = newWriter();
        write(put("{\"a\":1}"));
        settle(other, patch("{\"b\":1}"), new Precondition.None());
        assertThat(write(patch("{\"a\":1}"))).isInstanceOf(Outcome.Unchanged.class);
        settle(other, patch("{\"a\":2}"), new Precondition.None());
        assertThat(write(patch("{\"a\":1}"))).isInstanceOf(Outcome.Changed.class);
        assertThat(state()).isEqualTo("{\"a\":1,\"b\":1}");
    }

    @Test
    void writesOfOneBatchBuildOnEachOther() {
        List<Pending> batch = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            batch.add(pending(patch("{\"n\":" + i + ",\"m" + i + "\":true}"), new Precondition.None()));
        }
        writer.write(batch).toCompletableFuture().join();
        assertThat(batch)
                .allSatisfy(each -> assertThat(each.outcome().resultNow()).isInstanceOf(Outcome.Changed.class));
        assertThat(read().events()).hasSize(50);
        assertThat(tree(state())).hasSize(51);
        assertThat(read().events().getLast().payload().tree().at("/previous/n").asInt())
                .isEqualTo(48);
    }

    @Test
    void concurrentWritersLoseNothing() throws InterruptedException {
        write(put("{}"));
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofPlatform().start(() -> {
                    ShardWriter mine = newWriter();
                    for (int i = 0; i < 100; i++) {
                        settle(mine, patch("{\"t" + t + "-" + i + "\":1}"), new Precondition.None());
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(tree(state())).hasSize(400);
    }

    private Outcome write(Change change) {
        return write(change, new Precondition.None());
    }

    private Outcome write(Change change, Precondition precondition) {
        return settle(writer, change, precondition);
    }

    private static Outcome settle(ShardWriter writer, Change change, Precondition precondition) {
        Pending pending = pending(change, precondition);
        writer.write(List.of(pending)).toCompletableFuture().join();
        return pending.outcome().resultNow();
    }

    private static Pending pending(Change change, Precondition precondition) {
        return new Pending(
                new Submission.Write(KEY, change, precondition, null, null),
                System.nanoTime(),
                new CompletableFuture<>());
    }

    private static Change put(String json) {
        return new Change.Put(Json.parse(json).tree());
    }

    private static Change patch(String json) {
        return new Change.Patch(Json.parse(json).tree());
    }

    private static JsonNode tree(String json) {
        return Json.parse(json).tree();
    }

    private Slice read() {
        return log.read(KEY, Range.from(new Since.Beginning()))
                .toCompletableFuture()
                .join();
    }

    private String state() {
        return read().head().state().data().toString();
    }
}
