package dev.tidings.benchmark.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes have used, as Linux tells it under {@code /proc}. */
public final class Usage {
    /** The unit of times in {@code /proc/PID/stat}: 100 a second for programs, whatever the kernel's own clock. */
    private static final long MICROS_PER_TICK = 10_000;

    /** Fields after the name, which is in parentheses: utime and stime are the 14th and 15th of all. */
    private static final int USER = 14 - 3;

    private Usage() {}

    /** CPU time of these processes so far, in user and kernel mode. */
    public static long cpuMicros(List<Long> processes) {
        long sum = 0;
        for (long process : processes) {
            sum += cpuMicros(read(process, "stat"));
        }
        return sum;
    }

    static long cpuMicros(String stat) {
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return 0;
        }
        String[] fields = stat.substring(name + 2).split(" ", USER + 3);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1])) * MICROS_PER_TICK;
    }

    /** Memory of these processes that is in RAM. */
    public static long residentKib(List<Long> processes) {
        long sum = 0;
        for (long process : processes) {
            sum += residentKib(read(process, "status"));
        }
        return sum;
    }

    static long residentKib(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** Nothing for a process that has ended. */
    private static String read(long process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process), file));
        } catch (IOException e) {
            return "";
        }
    }
}
