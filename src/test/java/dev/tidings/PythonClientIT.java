package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Python client's own tests: installed as its users install it, in an environment of its own under {@code target}, with
 * the packaged service to talk to.
 */
class PythonClientIT {
    private static final Path PACKAGE = Path.of("clients", "python").toAbsolutePath();
    private static final Path ENVIRONMENT = Path.of("target", "python-client").toAbsolutePath();
    private static final Path PYTHON = ENVIRONMENT.resolve(Path.of("bin", "python"));

    @Test
    void itsTestsPass() throws Exception {
        assumeTrue(
                runs("python3", "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"),
                "no python3 of 3.10 or newer with venv and pip: the Python client is not tested");
        assumeTrue(
                runs("python3", "-m", "venv", ENVIRONMENT.toString()),
                "python3 makes no virtual environment here: the Python client is not tested");
        Path output = ENVIRONMENT.resolve("install.log");
        assumeTrue(
                start(output, PYTHON.toString(), "-m", "pip", "install", "--quiet", PACKAGE + "[test]")
                                .waitFor()
                        == 0,
                () -> "pip installs nothing here: the Python client is not tested\n" + read(output));
        // They wait most of the time: two halves at once.
        Path cuts = ENVIRONMENT.resolve("end-to-end.log");
        Path others = ENVIRONMENT.resolve("tests.log");
        List<Process> halves = List.of(
                start(
                        cuts,
                        PYTHON.toString(),
                        "-m",
                        "pytest",
                        "-p",
                        "no:cacheprovider",
                        "-s",
                        "tests/test_end_to_end.py"),
                start(
                        others,
                        PYTHON.toString(),
                        "-m",
                        "pytest",
                        "-p",
                        "no:cacheprovider",
                        "--ignore=tests/test_end_to_end.py"));
        assertEnds(halves.getFirst(), cuts);
        assertEnds(halves.getLast(), others);
        Process types = start(
                ENVIRONMENT.resolve("mypy.log"),
                PYTHON.toString(),
                "-m",
                "mypy",
                "--cache-dir",
                ENVIRONMENT.resolve("mypy").toString());
        assertEnds(types, ENVIRONMENT.resolve("mypy.log"));
        read(cuts).lines().filter(line -> line.startsWith("from a cut link")).forEach(System.out::println);
    }

    private static void assertEnds(Process process, Path output) throws InterruptedException {
        boolean ended = process.waitFor(Duration.ofMinutes(4).toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        assertThat(ended ? process.exitValue() : -1).as(() -> read(output)).isZero();
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    private static Process start(Path output, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(PACKAGE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Path jar = Path.of(System.getProperty("tidings.jar", "target/quarkus-app/quarkus-run.jar"));
        builder.environment().put("TIDINGS_JAR", jar.toAbsolutePath().toString());
        builder.environment()
                .put(
                        "TIDINGS_JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start();
    }

    private static String read(Path output) {
        try (Stream<String> lines = Files.lines(output)) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
