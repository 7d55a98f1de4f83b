package dev.tidings.source.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What this machine calls itself. */
public final class HostName {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** The name; the ways that ask no name server first. */
    public static String find(Map<String, String> environment) {
        try {
            String name = Files.readString(LINUX).strip();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException e) {
            // Not Linux.
        }
        String windows = environment.getOrDefault("COMPUTERNAME", "");
        if (!windows.isEmpty()) {
            return windows;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
