package dev.tidings.source.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of a Linux machine, from {@code /proc}. */
final class LinuxFigures implements Figures {
    /** Between the first two looks at counters, when there is no earlier one to compare with. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    private static final int MAX_INTERFACES = 32;
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    /** After these, guest times, which are part of the user's already. */
    private static final int CPU_TIMES = 8;

    private final Path proc;
    private @Nullable Counters last;
    private long booted;

    /** @param proc {@code /proc} */
    LinuxFigures(Path proc) {
        this.proc = proc;
    }

    /**
     * What only ever counts up.
     *
     * @param cpu time in all, in ticks
     * @param idle the part of it that was not used
     * @param traffic bytes received and sent, by network interface
     */
    private record Counters(long nanos, long cpu, long idle, Map<String, long[]> traffic) {}

    @Override
    public void write(ObjectNode state) throws IOException, InterruptedException {
        Counters before = last;
        if (before == null) {
            before = counters();
            Thread.sleep(MOMENT);
        }
        Counters now = counters();
        last = now;
        List<String> stat = lines("stat");
        if (booted == 0) {
            // Once: it moves a little whenever the clock is adjusted.
            booted = number(find(stat, "btime ")) * 1000;
        }
        state.put("booted_at", booted);
        state.putObject("cpu")
                .put(
                        "count",
                        stat.stream().filter(line -> line.matches("cpu\\d+ .*")).count())
                .put(
                        "percent",
                        Rounding.percent(
                                now.cpu() - before.cpu() - (now.idle() - before.idle()), now.cpu() - before.cpu()));
        writeLoad(state);
        writeMemory(state);
        Disks.write(lines("self/mounts"), state.putObject("disks"));
        writeTraffic(before, now, state.putObject("network"));
    }

    private void writeLoad(ObjectNode state) throws IOException {
        String[] loads = lines("loadavg").getFirst().split(" ", -1);
        state.putObject("load")
                .put("1m", Rounding.load(Double.parseDouble(loads[0])))
                .put("5m", Rounding.load(Double.parseDouble(loads[1])))
                .put("15m", Rounding.load(Double.parseDouble(loads[2])));
    }

    private void writeMemory(ObjectNode state) throws IOException {
        List<String> lines = lines("meminfo");
        amounts(state.putObject("memory"), kilobytes(lines, "MemTotal:"), kilobytes(lines, "MemAvailable:"));
        long swap = kilobytes(lines, "SwapTotal:");
        if (swap > 0) {
            amounts(state.putObject("swap"), swap, kilobytes(lines, "SwapFree:"));
        }
    }

    static void amounts(ObjectNode object, long total, long free) {
        object.put("total", total)
                .put("used", Rounding.amount(total - free, total))
                .put("percent", Rounding.percent(total - free, total));
    }

    private static void writeTraffic(Counters before, Counters now, ObjectNode network) {
        double seconds = (now.nanos() - before.nanos()) / 1e9;
        now.traffic().forEach((name, bytes) -> {
            long[] were = before.traffic().getOrDefault(name, bytes);
            network.putObject(name)
                    .put("received_per_second", Rounding.rate((bytes[0] - were[0]) / seconds))
                    .put("sent_per_second", Rounding.rate((bytes[1] - were[1]) / seconds));
        });
    }

    private Counters counters() throws IOException {
        String[] fields = find(lines("stat"), "cpu ").split(" +", -1);
        long[] times = Arrays.stream(fields)
                .limit(CPU_TIMES)
                .mapToLong(Long::parseLong)
                .toArray();
        long idle = times[IDLE] + (times.length > IO_WAIT ? times[IO_WAIT] : 0);
        return new Counters(System.nanoTime(), Arrays.stream(times).sum(), idle, traffic());
    }

    /** Of all interfaces that ever had any, the loopback left out. */
    private Map<String, long[]> traffic() throws IOException {
        Map<String, long[]> traffic = new HashMap<>();
        for (String line : lines("net/dev")) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = line.substring(0, colon).strip();
            String[] fields = line.substring(colon + 1).strip().split(" +", -1);
            long[] bytes = {number(fields[0]), number(fields[8])};
            if (!name.equals("lo") && bytes[0] + bytes[1] > 0 && traffic.size() < MAX_INTERFACES) {
                traffic.put(name, bytes);
            }
        }
        return traffic;
    }

    private static long kilobytes(List<String> lines, String name) throws IOException {
        return number(find(lines, name).replace("kB", "")) * 1024;
    }

    /** What follows the name in the line that begins with it. */
    private static String find(List<String> lines, String name) throws IOException {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return line.substring(name.length()).strip();
            }
        }
        throw new IOException("no " + name.strip());
    }

    private static long number(String text) {
        return Long.parseLong(text.strip());
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(proc.resolve(file));
    }
}
