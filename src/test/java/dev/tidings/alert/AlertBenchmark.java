package dev.tidings.alert;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What 1000 rules cost an event: from the log's telling to the end of its evaluation, its JSON parsed on the way, nothing
 * stored. Each figure is the median of 10 rounds of 100 000 events after 5 rounds that are not counted.
 *
 * <p>{@code ./mvnw -q package dependency:build-classpath -DskipTests -Dmdep.outputFile=target/classpath} and {@code java -cp
 * target/test-classes:target/classes:$(cat target/classpath) dev.tidings.alert.AlertBenchmark}.
 */
final class AlertBenchmark {
    private static final int RULES = 1000;
    private static final int EVENTS = 100_000;
    private static final int ROUNDS = 15;
    private static final int WARM_UP = 5;
    private static final byte[] PAYLOAD = """
            {"patch":{"temperature":71.5,"humidity":40,"speed":1200,"status":"running","mode":"auto"},\
            "previous":{"temperature":71.25,"humidity":41,"speed":1190,"status":"running","mode":"manual"}}""".getBytes(StandardCharsets.UTF_8);

    private AlertBenchmark() {}

    public static void main(String[] arguments) {
        measure("no rule, JSON not parsed", i -> null);
        measure("of other namespaces, JSON not parsed", i -> rule(i, "lamp:*", "/payload/patch/temperature", "gt", 80));
        measure("one for each channel, one field", i -> rule(i, "device:" + i, "/payload/patch/temperature", "gt", 80));
        measure(
                "all for all, one field, other limits",
                i -> rule(i, "device:*", "/payload/patch/temperature", "gt", 80 + i));
        measure("all for all, one text each", i -> rule(i, "device:*", "/payload/patch/status", "eq", "\"s" + i + '"'));
        measure("all for all, one field each", i -> rule(i, "device:*", "/payload/patch/f" + i, "gt", 80));
        measure("all for all, a type of event each", i -> rule(i, "device:*", "/event", "eq", "\"a.t" + i + '"'));
        measure("10 for each of 100 prefixes", i -> rule(i, "device:" + i / 10 + "*", "/payload/patch/speed", "lt", i));
        measure(
                "all for all, other than a text",
                i -> rule(i, "device:*", "/payload/patch/status", "ne", "\"running\""));
        measure(
                "all for all, asked each (exists: false)",
                i -> rule(i, "device:*", "/payload/patch/status", "exists", false));
    }

    private static AlertRule rule(int i, String pattern, String field, String op, Object value) {
        return RuleReader.read(
                "r" + i,
                Json.parse(
                                "{\"pattern\":\"%s\",\"for\":\"P7D\",\"condition\":{\"field\":\"%s\",\"op\":\"%s\",\"value\":%s}}"
                                        .formatted(pattern, field, op, value))
                        .tree());
    }

    private static void measure(String what, IntFunction<AlertRule> rules) {
        Clock clock = Clock.systemUTC();
        try (MemoryEventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, clock, 64 << 20)) {
            RuleBook book = new RuleBook();
            book.putAll(
                    "default",
                    IntStream.range(0, RULES)
                            .mapToObj(rules)
                            .filter(rule -> rule != null)
                            .map(rule -> new RuleBook.Entry(rule, null))
                            .toList());
            Board board = new Board(1_000_000);
            Store store = new Store(submissions -> CompletableFuture.completedStage(List.of()));
            History history = new History(log);
            Mark mark = new Mark(log, store);
            Keeper keeper = new Keeper(log, store, history, board, book, mark, clock);
            Evaluator evaluator = new Evaluator(log, book, board, mark, keeper, clock);
            Inbox inbox = new Inbox(EVENTS, book, mark, () -> {});
            double[] nanos = new double[ROUNDS - WARM_UP];
            for (int round = 0; round < ROUNDS; round++) {
                List<List<Event>> batches = batches(round);
                long begun = System.nanoTime();
                for (List<Event> batch : batches) {
                    inbox.appended(0, batch);
                    inbox.take(batch.size()).forEach(evaluator::hear);
                }
                if (round >= WARM_UP) {
                    nanos[round - WARM_UP] = (double) (System.nanoTime() - begun) / EVENTS;
                }
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "%-40s %8.0f ns an event (%.0f to %.0f); %d alerts%n",
                    what, nanos[nanos.length / 2], nanos[0], nanos[nanos.length - 1], board.size());
        }
    }

    /** 100 events each, of 100 channels. */
    private static List<List<Event>> batches(int round) {
        return IntStream.range(0, EVENTS / 100)
                .mapToObj(batch -> IntStream.range(0, 100)
                        .mapToObj(i -> event(i, (long) round * EVENTS + batch * 100L + i))
                        .toList())
                .toList();
    }

    private static Event event(int channel, long sequence) {
        return new Event(
                new ChannelKey("default", new Channel("device:" + channel)),
                Event.STATE_CHANGED,
                "e",
                new Position("x", sequence / 100 + 1),
                sequence,
                sequence,
                Json.trusted(PAYLOAD),
                null);
    }
}
