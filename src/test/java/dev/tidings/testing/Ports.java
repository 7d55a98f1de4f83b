package dev.tidings.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for the servers that tests start: below those that a system gives to outgoing connections, one of which could take a
 * port before its server does, and others in each process that runs tests.
 */
public final class Ports {
    private static final int FIRST = 12_000;
    private static final int OF_A_PROCESS = 4_000;
    private static final int PROCESSES = 5;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(OF_A_PROCESS));

    private Ports() {}

    /** A port that nobody listens on, and that is not given out again soon. */
    public static int free() {
        int process = Integer.getInteger("tidings.test-process", 1) % PROCESSES;
        for (int tries = 0; tries < OF_A_PROCESS; tries++) {
            int port = FIRST + process * OF_A_PROCESS + Math.floorMod(NEXT.getAndIncrement(), OF_A_PROCESS);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
