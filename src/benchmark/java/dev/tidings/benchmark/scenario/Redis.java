package dev.tidings.benchmark.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a Redis on the loopback what it has done. */
final class Redis {
    private static final String COUNT = "total_commands_processed:";

    private Redis() {}

    /** How many commands it has carried out so far. */
    static long commands(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("INFO stats\r\n".getBytes(StandardCharsets.UTF_8));
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                if (line.startsWith(COUNT)) {
                    return Long.parseLong(line.substring(COUNT.length()).strip());
                }
            }
            throw new IllegalStateException("Redis did not say how many commands it has processed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
