package dev.tidings.source.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostPollerTest {
    private static void assertPlausible(JsonNode state) {
        assertThat(state.at("/cpu/count").asInt()).isPositive();
        assertThat(state.at("/cpu/percent").asInt()).isBetween(0, 100);
        assertThat(state.at("/load/1m").isNumber()).isTrue();
        assertThat(state.at("/memory/total").asLong()).isPositive();
        assertThat(state.at("/memory/used").asLong())
                .isBetween(1L, state.at("/memory/total").asLong());
        assertThat(state.at("/memory/percent").asInt()).isBetween(1, 100);
        assertThat(state.path("disks")).isNotEmpty();
    }

    @Test
    void thisMachineHasItsFiguresAtTheFirstLook() throws Exception {
        String name = HostName.find(System.getenv());
        HostPoller poller = HostPoller.of(name);
        JsonNode state = poller.poll(Map.of()).states().get(HostPoller.channel(name));
        assertThat(state.path("hostname").asText()).isEqualTo(name).isNotEmpty();
        assertPlausible(state);
        assertThat(poller.scope().matches(HostPoller.channel(name))).isTrue();
    }

    @Test
    void theJdksFiguresAreTheSameKindOfFigures() {
        ObjectNode state = Json.MAPPER.createObjectNode();
        new JdkFigures().write(state);
        assertPlausible(state);
    }

    @Test
    void aNameThatIsNoIdIsWrittenAsOne() {
        assertThat(HostPoller.channel("ada's mac")).isEqualTo(new Channel("metrics:ada~27s~20mac"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ratesAreOfTheTimeBetweenTwoLooks(@TempDir Path proc) throws Exception {
        write(proc, "cpu  100 0 50 800 50 0 0 0 0 0", 1000, 500);
        LinuxFigures figures = new LinuxFigures(proc);
        figures.write(Json.MAPPER.createObjectNode());

        write(proc, "cpu  150 0 50 830 70 0 0 0 0 0", 9_000_000, 500);
        ObjectNode state = Json.MAPPER.createObjectNode();
        figures.write(state);
        assertThat(state.at("/cpu/percent").asInt()).isEqualTo(50);
        assertThat(state.at("/cpu/count").asInt()).isEqualTo(2);
        assertThat(state.at("/booted_at").asLong()).isEqualTo(1_700_000_000_000L);
        JsonNode load = Json.parse("{\"1m\":0.5,\"5m\":0.3,\"15m\":12.0}").tree();
        assertThat(MergePatch.same(state.path("load"), load)).isTrue();
        assertThat(state.at("/memory/percent").asInt()).isEqualTo(25);
        assertThat(state.at("/memory/total").asLong()).isEqualTo(8_000_000L * 1024);
        assertThat(state.at("/swap/percent").asInt()).isZero();
        assertThat(state.at("/network/eth0/received_per_second").asLong()).isPositive();
        assertThat(state.at("/network/eth0/sent_per_second").asLong()).isZero();
        assertThat(state.path("network")).hasSize(1);
    }

    private static void write(Path proc, String cpu, long received, long sent) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("stat"), cpu + "\ncpu0 1 2\ncpu1 1 2\nbtime 1700000000\n");
        Files.writeString(proc.resolve("loadavg"), "0.52 0.29 12.01 1/123 456\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:  8000000 kB\nMemFree: 1 kB\nMemAvailable: 6000000 kB\nSwapTotal: 100 kB\nSwapFree: 100 kB\n");
        Files.write(proc.resolve("self/mounts"), List.of("proc /proc proc rw 0 0", "server:/x /mnt nfs rw 0 0"));
        Files.write(
                proc.resolve("net/dev"),
                List.of(
                        "Inter-|   Receive  |  Transmit",
                        "    lo: 900 1 0 0 0 0 0 0 900 1 0 0 0 0 0 0",
                        "  eth0:" + received + " 1 0 0 0 0 0 0 " + sent + " 1 0 0 0 0 0 0",
                        "  eth1: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"));
    }

    @Test
    void figuresThatCannotBeReadAreUnavailable(@TempDir Path nothing) {
        HostPoller poller = new HostPoller("here", new LinuxFigures(nothing));
        assertThatThrownBy(() -> poller.poll(Map.of())).isInstanceOf(SourceUnavailable.class);
    }

    @Test
    void figuresAreRoundedToWhatIsWorthTelling() {
        assertThat(Rounding.percent(1, 3)).isEqualTo(33);
        assertThat(Rounding.percent(1, 0)).isZero();
        assertThat(Rounding.rate(123_456.7)).isEqualTo(120_000);
        assertThat(Rounding.rate(-1)).isZero();
        assertThat(Rounding.load(0.549)).isEqualTo(0.5);
        long gigabyte = 1L << 30;
        assertThat(Rounding.amount(3 * gigabyte + 12345, 8 * gigabyte)).isEqualTo(3 * gigabyte);
        assertThat(Rounding.amount(100, 120)).isEqualTo(100);
    }
}
