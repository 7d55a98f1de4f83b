package dev.tidings.connection.ws;

import dev.tidings.benchmark.inner.Events;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.EventFrames;
import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Frames for a batch of eight messages: for the first connection, which has them encoded, and for each that follows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameEncoderBenchmark {
    @Param({"JSON", "MESSAGE_PACK"})
    public String encoding = "JSON";

    @Param({"false", "true"})
    public boolean compressed;

    private final Frames frames = Frames.of(Collections.nCopies(8, EventFrames.encode(Events.event())));
    private FrameEncoder encoder = new FrameEncoder(new Form(EventForm.NATIVE, Encoding.JSON, false));

    @Setup
    public void prepare() {
        encoder = new FrameEncoder(new Form(EventForm.NATIVE, Encoding.valueOf(encoding), compressed));
        encoder.encode(frames).release();
    }

    @Benchmark
    public boolean first() {
        encoder.clear();
        return encoder.encode(frames).release();
    }

    @Benchmark
    public boolean following() {
        ByteBuf shared = encoder.encode(frames);
        return shared.release();
    }
}
