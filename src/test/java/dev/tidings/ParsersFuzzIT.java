package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.fuzz.Parsers;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever reads what comes from outside, by a fuzzer that is led by what it reaches (Jazzer), beginning with
 * {@code src/test/fuzz/seeds}: a few seconds from a fixed beginning in every build; by hand for as long as {@code
 * -Dfuzz.seconds=3600} says, from another beginning each time. What it finds is written into {@code target/fuzz}.
 */
class ParsersFuzzIT {
    private static final Path SEEDS = Path.of("src/test/fuzz/seeds").toAbsolutePath();
    private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");
    private static final int USUAL_SECONDS = 6;

    /** That of the tests, without their framework, which the fuzzer would start. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(whole.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("junit"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void nothingThatComesFromOutsideIsTooMuchForItsReader() throws IOException, InterruptedException {
        int seconds = Integer.getInteger("fuzz.seconds", USUAL_SECONDS);
        Path place = Files.createDirectories(Path.of("target/fuzz").toAbsolutePath());
        boolean usual = seconds == USUAL_SECONDS;
        // What was reached is gone on from by hand; a build is the same each time.
        Path corpus =
                usual ? Files.createTempDirectory(place, "corpus") : Files.createDirectories(place.resolve("corpus"));
        Path output = place.resolve("output");
        Process fuzzer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + Parsers.class.getName(),
                        "--instrumentation_includes=dev.tidings.**",
                        // They look for what none of this does, and slow everything down.
                        "--hooks=false",
                        "-max_total_time=" + seconds,
                        "-timeout=10",
                        "-rss_limit_mb=0",
                        "-seed=" + (usual ? 1 : 0),
                        "-artifact_prefix=" + place + '/',
                        corpus.toString(),
                        SEEDS.toString())
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(fuzzer.waitFor(seconds + 120L, TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
        } finally {
            fuzzer.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(fuzzer.exitValue()).as(said).isZero();
        Matcher runs = RUNS.matcher(said);
        assertThat(runs.find()).as(said).isTrue();
        assertThat(Integer.parseInt(runs.group(1))).isGreaterThan(100);
    }
}
