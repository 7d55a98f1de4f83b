package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit by which systemd runs the service, looked at by systemd itself where that is installed. */
class SystemdUnitTest {
    private static final Path UNITS = Path.of("src/main/systemd");

    /** Tenths of what systemd calls exposure, of 100. */
    private static final String THRESHOLD = "20";

    @TempDir
    private Path directory;

    @Test
    void itIsConfinedAndBounded() throws IOException {
        assertThat(Files.readAllLines(UNITS.resolve("tidings.service")))
                .contains(
                        "DynamicUser=yes",
                        "ProtectSystem=strict",
                        "ProtectHome=yes",
                        "PrivateTmp=yes",
                        "NoNewPrivileges=yes",
                        "CapabilityBoundingSet=",
                        "StateDirectory=tidings",
                        "MemoryMax=256M",
                        "Restart=on-failure",
                        "Environment=QUARKUS_PROFILE=prod,edge");
    }

    @Test
    void systemdUnderstandsItAndFindsLittleToMind() throws Exception {
        String analyze = "systemd-analyze";
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, analyze)));
        assumeTrue(found, "no systemd-analyze on the path");
        String unit = Files.readString(UNITS.resolve("tidings.service")).replace("/usr/local/bin/tidings", "/bin/true");
        Path native_ = Files.writeString(directory.resolve("tidings-native.service"), unit);
        Path jvm = Files.writeString(
                directory.resolve("tidings-jvm.service"),
                unit.replace(
                        "[Install]",
                        Files.readString(UNITS.resolve("jvm.conf")).replace("/usr/bin/java", "/bin/true")
                                + "\n[Install]"));
        for (Path each : List.of(native_, jvm)) {
            assertThat(run(analyze, "verify", each.toString()))
                    .as("what systemd says of " + each)
                    .isEmpty();
            run(analyze, "security", "--offline=true", "--no-pager", "--threshold=" + THRESHOLD, each.toString());
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
