package dev.tidings.checker.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The network between two: a port that leads to another, and what can happen on the way. What is held back comes when the way is free
 * again, as TCP would send it again.
 */
public final class Link implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;
    private static final int CHUNKS_UNDER_WAY = 16;

    private final ServerSocket door;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean holdsForth;
    private boolean holdsBack;
    private volatile long delayMillis;
    private volatile boolean refuses;
    private volatile boolean closed;

    /** A piece of what was sent, and when it is to arrive. */
    private static final class Chunk {
        private static final Chunk END = new Chunk(new byte[0], 0);
        private final byte[] bytes;
        private final long dueNanos;

        Chunk(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    /** @param to the port that it leads to */
    public Link(int at, int to) {
        try {
            door = new ServerSocket();
            // Before it listens, for what it accepts has the same: what is not read soon waits at the sender.
            door.setReceiveBufferSize(32 * 1024);
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.to = to;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Holds back what goes to the other side, and what comes from there: a cut one way, or both ways. */
    public void hold(boolean forth, boolean back) {
        lock.lock();
        try {
            holdsForth = forth;
            holdsBack = back;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Everything takes so long from now on, each way. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Breaks all connections, by reset, and makes no new ones while it refuses. */
    public void reset(boolean refuse) {
        refuses = refuse;
        open.forEach(this::abort);
    }

    /** As if nothing had ever been. */
    public void heal() {
        delay(0);
        refuses = false;
        hold(false, false);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket from = door.accept();
                open.add(from);
                if (refuses) {
                    abort(from);
                } else {
                    Thread.ofVirtual().start(() -> join(from));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void join(Socket from) {
        try {
            Socket other = new Socket();
            open.add(other);
            if (!untilFree(true)) {
                throw new IOException("closed");
            }
            other.setReceiveBufferSize(32 * 1024);
            other.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to), 2000);
            from.setTcpNoDelay(true);
            other.setTcpNoDelay(true);
            AtomicInteger ways = new AtomicInteger(2);
            pump(from, other, true, ways);
            pump(other, from, false, ways);
        } catch (IOException e) {
            abort(from);
        }
    }

    private void pump(Socket from, Socket into, boolean forth, AtomicInteger ways) {
        BlockingQueue<Chunk> way = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
        Thread.ofVirtual().start(() -> read(from, way));
        Thread.ofVirtual().start(() -> write(way, from, into, forth, ways));
    }

    private void read(Socket from, BlockingQueue<Chunk> way) {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[CHUNK];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
                way.put(new Chunk(Arrays.copyOf(buffer, read), due));
            }
        } catch (IOException ended) {
            // The other side is told the same way.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            way.put(Chunk.END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(BlockingQueue<Chunk> way, Socket from, Socket into, boolean forth, AtomicInteger ways) {
        boolean whole = false;
        try {
            OutputStream out = into.getOutputStream();
            for (Chunk chunk = way.take(); !chunk.equals(Chunk.END); chunk = way.take()) {
                TimeUnit.NANOSECONDS.sleep(chunk.dueNanos - System.nanoTime());
                if (!untilFree(forth)) {
                    return;
                }
                out.write(chunk.bytes);
            }
            into.shutdownOutput();
            whole = true;
        } catch (IOException ended) {
            // The other way is ended, too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!whole || ways.decrementAndGet() == 0) {
                abort(into);
                abort(from);
                way.clear();
            }
        }
    }

    /** Waits while this direction is held; false when the link is closed. */
    private boolean untilFree(boolean forth) {
        lock.lock();
        try {
            while (!closed && (forth ? holdsForth : holdsBack)) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void abort(Socket socket) {
        open.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyGone) {
            // That is all that was wanted.
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::abort);
        hold(false, false);
    }
}
