package dev.tidings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.Browser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The JavaScript client's own tests, with npm, in a copy under {@code target}, against the packaged service, and those of its
 * examples; in a browser where there is one.
 */
class JavaScriptClientIT {
    private static final Path COPY = Path.of("target", "clients");
    private static final int OLDEST_NODE = 20;

    @Test
    void itsOwnTestsPass() throws Exception {
        Optional<String> missing = missing();
        missing.ifPresent(what -> System.out.println("skipped: the JavaScript client is not tested, " + what));
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElse(""));
        copy(Path.of("clients", "scenarios"));
        copy(Path.of("clients", "javascript"));
        npm("ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
        String said = npm("test");
        said.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("# ") && !line.startsWith("# Subtest"))
                .forEach(System.out::println);
        assertThat(said).as("the part that needs the service").doesNotContain("# SKIP TIDINGS_JAR");
        if (Browser.find().isEmpty()) {
            System.out.println(
                    "skipped: the JavaScript client in a browser and its examples, no chromium is on the path");
        } else {
            assertThat(said).as("the part that needs a browser").doesNotContain("# SKIP");
        }
        // The build bundles the console without looking at its types.
        Path console = Path.of("src", "main", "console").toAbsolutePath();
        npm("exec", "--", "tsc", "--project", console.toString());
    }

    private static String npm(String... arguments) throws IOException, InterruptedException {
        Path output = COPY.resolve("npm-" + arguments[0] + ".log");
        List<String> command = new ArrayList<>(List.of("npm"));
        command.addAll(List.of(arguments));
        ProcessBuilder npm = new ProcessBuilder(command)
                .directory(COPY.resolve("javascript").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Path jar = Path.of(System.getProperty("tidings.jar", "target/quarkus-app/quarkus-run.jar"));
        npm.environment().put("TIDINGS_JAR", jar.toAbsolutePath().toString());
        npm.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = npm.start();
        boolean ended = process.waitFor(4, TimeUnit.MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** What keeps the tests from being run on this machine. */
    private static Optional<String> missing() throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .noneMatch(directory -> Files.isExecutable(Path.of(directory, program)))) {
                return Optional.of("no " + program + " is on the path");
            }
        }
        Process process = new ProcessBuilder("node", "--version").start();
        String version = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        boolean old = Integer.parseInt(version.replaceAll("^v(\\d+).*", "$1")) < OLDEST_NODE;
        return old ? Optional.of("node is " + version + ", older than " + OLDEST_NODE) : Optional.empty();
    }

    /** Copies what is in version control: neither what was installed there nor what was built. */
    private static void copy(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(directory.resolve("node_modules")))
                    .filter(file -> !file.startsWith(directory.resolve("dist")))
                    .toList();
        }
        for (Path file : files) {
            Path target = COPY.resolve(Path.of("clients").relativize(file));
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
