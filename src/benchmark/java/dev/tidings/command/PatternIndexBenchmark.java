package dev.tidings.command;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Finding the patterns that match a channel, among few and many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PatternIndexBenchmark {
    @Param({"10", "10000"})
    public int patterns;

    private final PatternIndex<String> index = new PatternIndex<>();
    private final ChannelKey key = new ChannelKey("default", new Channel("device:hall_7/motor_01"));

    @Setup
    public void fill() {
        index.at("default", new ChannelPattern("device:*"), () -> "all devices");
        index.at("default", new ChannelPattern("device:hall_7/*"), () -> "all of the hall");
        for (int i = 0; i < patterns; i++) {
            String text = "device:hall_" + (i + 100) + "/*";
            index.at("default", new ChannelPattern(text), () -> text);
        }
    }

    @Benchmark
    public void matching(Blackhole hole) {
        index.forEachMatching(key, hole::consume);
    }
}
