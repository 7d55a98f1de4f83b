package dev.tidings.benchmark.inner;

import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Json;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Whether an event is wanted: by its type, and by what is in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FilterBenchmark {
    private final Filter byType = filter("{\"events\":[\"story.*\",\"agent.*\"]}");
    private final Filter byContent =
            filter("{\"events\":[\"agent.*\"],\"where\":{\"all\":[{\"field\":\"/payload/status\",\"op\":\"eq\","
                    + "\"value\":\"busy\"},{\"field\":\"/payload/progress\",\"op\":\"gt\",\"value\":40}]}}");
    private final Event event = Events.event();
    private final byte[] payload = event.payload().utf8();

    private static Filter filter(String text) {
        return Filter.parse(Json.parse(text).tree());
    }

    @Benchmark
    public boolean byType() {
        return byType.test(event);
    }

    /** The payload's tree is there already, as for the second of several filters. */
    @Benchmark
    public boolean byContent() {
        return byContent.test(event);
    }

    /** The tree has to be made first, as for the first of several filters. */
    @Benchmark
    public boolean byContentOfNewEvent() {
        return byContent.test(new Event(
                event.key(),
                event.type(),
                event.id(),
                event.position(),
                event.sequence(),
                event.timestamp(),
                Json.trusted(payload),
                null));
    }
}
