package dev.tidings.source.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** The figures that the JDK has of any machine: all but network traffic. */
final class JdkFigures implements Figures {
    @Override
    public void write(ObjectNode state) {
        java.lang.management.OperatingSystemMXBean common = ManagementFactory.getOperatingSystemMXBean();
        ObjectNode cpu = state.putObject("cpu").put("count", common.getAvailableProcessors());
        if (common.getSystemLoadAverage() >= 0) {
            state.putObject("load").put("1m", Rounding.load(common.getSystemLoadAverage()));
        }
        if (common instanceof OperatingSystemMXBean system) {
            cpu.put("percent", Math.round(100 * Math.max(0, system.getCpuLoad())));
            LinuxFigures.amounts(state.putObject("memory"), system.getTotalMemorySize(), system.getFreeMemorySize());
            if (system.getTotalSwapSpaceSize() > 0) {
                LinuxFigures.amounts(
                        state.putObject("swap"), system.getTotalSwapSpaceSize(), system.getFreeSwapSpaceSize());
            }
        }
        ObjectNode disks = state.putObject("disks");
        for (Path root : FileSystems.getDefault().getRootDirectories()) {
            Disks.write(root, disks);
        }
    }
}
