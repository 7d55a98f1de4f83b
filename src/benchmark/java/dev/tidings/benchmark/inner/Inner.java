package dev.tidings.benchmark.inner;

import dev.tidings.benchmark.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.BenchmarkProcessor;

/**
 * Runs JMH over the inner pieces. JMH makes code of its own for each benchmark with an annotation processor, which is run
 * here, over the compiled classes: the build itself has none.
 */
public final class Inner {
    private static final List<String> BENCHMARKS = List.of(
            "dev.tidings.benchmark.inner.CodecBenchmark",
            "dev.tidings.benchmark.inner.FilterBenchmark",
            "dev.tidings.command.PatternIndexBenchmark",
            "dev.tidings.connection.ws.FrameEncoderBenchmark");

    private Inner() {}

    /** Runs those that the options name, writes {@code inner.json}; answers the exit code. */
    public static int run(Options options) {
        String classPath = System.getProperty("java.class.path");
        try {
            Path made = Files.createDirectories(options.out().resolve("inner-classes"));
            List<String> compile = new ArrayList<>(List.of(
                    "-d",
                    made.toString(),
                    "-cp",
                    classPath,
                    "-processorpath",
                    classPath,
                    "-processor",
                    BenchmarkProcessor.class.getName()));
            compile.addAll(BENCHMARKS);
            int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, compile.toArray(String[]::new));
            if (status != 0) {
                return status;
            }
            return measure(options, made + java.io.File.pathSeparator + classPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** In a process of its own: JMH takes the class path of its forks from that of its JVM. */
    private static int measure(Options options, String classPath) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "org.openjdk.jmh.Main",
                "-f",
                Integer.toString(options.rounds()),
                "-w",
                seconds(options.warm()),
                "-r",
                seconds(options.seconds()),
                "-wi",
                "1",
                "-i",
                "3",
                "-prof",
                "gc",
                "-rf",
                "json",
                "-rff",
                options.out().resolve("inner.json").toString()));
        if (!options.text("inner").isEmpty()) {
            command.add(options.text("inner"));
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static String seconds(double seconds) {
        return Math.max(1, Math.round(seconds * 1_000)) + "ms";
    }
}
