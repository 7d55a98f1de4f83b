package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A bash that a reader has open: what one block sets the next one knows. The first command that fails ends it. */
public final class Shell implements AutoCloseable {
    private static final String DONE = "--- the block is done";

    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private final Path directory;
    private int blocks;

    public Shell(Path directory, Map<String, String> environment) {
        this.directory = directory;
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-o", "pipefail")
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("TMUX"));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output = process.inputReader(StandardCharsets.UTF_8);
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Runs what a block says, and answers what it printed. */
    public String run(String name, String commands) {
        try {
            Path block = Files.writeString(directory.resolve("block-" + ++blocks), commands);
            input.write(". '" + block + "' < /dev/null\necho; echo '" + DONE + "'\n");
            input.flush();
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); !DONE.equals(line); line = output.readLine()) {
                assertThat(line).as(name + " failed:\n" + said).isNotNull();
                said.append(line).append('\n');
            }
            return said.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
