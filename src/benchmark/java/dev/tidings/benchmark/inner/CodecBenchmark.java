package dev.tidings.benchmark.inner;

import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.protocol.EventFrames;
import dev.tidings.protocol.MessagePack;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An event on its way in (the payload is checked) and out (the message is made, also as MessagePack). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private final Event event = Events.event();
    private final byte[] message = EventFrames.encode(event);
    private final byte[] payload = event.payload().utf8();

    @Benchmark
    public byte[] encodeEvent() {
        return EventFrames.encode(event);
    }

    @Benchmark
    public byte[] packMessage() {
        return MessagePack.pack(message);
    }

    @Benchmark
    public Json checkPayload() {
        return Json.parse(payload);
    }
}
