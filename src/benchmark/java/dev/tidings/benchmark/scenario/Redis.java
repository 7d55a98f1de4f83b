package dev.tidings.benchmark.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a Redis on the loopback what it has done. */
final class Redis {
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),.*");

    private Redis() {}

    /** How often it has carried out each command so far, those in scripts included. */
    static Map<String, Long> commands(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(5_000);
            // QUIT ends the answer.
            socket.getOutputStream().write("INFO commandstats\r\nQUIT\r\n".getBytes(StandardCharsets.UTF_8));
            Map<String, Long> commands = new TreeMap<>();
            answer.lines().map(CALLS::matcher).filter(Matcher::matches).forEach(line -> {
                commands.put(line.group(1), Long.parseLong(line.group(2)));
            });
            return commands;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came in between, without that it was asked. */
    static Map<String, Long> between(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> difference = new TreeMap<>();
        after.forEach((name, count) -> {
            long more = count - before.getOrDefault(name, 0L);
            if (more > 0 && !name.equals("info") && !name.equals("quit")) {
                difference.put(name, more);
            }
        });
        return difference;
    }

    /** All of them together. */
    static long sum(Map<String, Long> commands) {
        return commands.values().stream().mapToLong(Long::longValue).sum();
    }
}
