package dev.tidings.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One TCP connection to a server on the loopback: what is to be sent, and what of a frame has come so far. */
abstract class Link {
    private static final int READS_IN_A_ROW = 4;

    final Loop loop;
    private final SocketChannel channel;
    private final SelectionKey key;

    private byte[] out = new byte[0];
    private int outFrom;
    private int outTo;
    private boolean flushing;
    private byte @Nullable [] rest;
    private boolean connected;
    private boolean closed;

    Link(Loop loop, int port) {
        this.loop = loop;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The connection stands. */
    abstract void connected();

    /** Takes what it can of what has come, and says where the rest begins. */
    abstract int receive(byte[] in, int from, int to);

    /** The connection is over, for this reason. */
    abstract void ended(String why);

    final boolean isOpen() {
        return connected && !closed;
    }

    /** How many bytes wait to be sent. */
    final int waiting() {
        return outTo - outFrom;
    }

    final void send(byte[] bytes) {
        if (outTo + bytes.length > out.length) {
            byte[] larger = new byte[Math.max(2 * waiting(), waiting() + bytes.length)];
            System.arraycopy(out, outFrom, larger, 0, waiting());
            outTo -= outFrom;
            outFrom = 0;
            out = larger;
        }
        System.arraycopy(bytes, 0, out, outTo, bytes.length);
        outTo += bytes.length;
        if (!flushing) {
            flushing = true;
            loop.flushLater(this);
        }
    }

    final void flush() {
        flushing = false;
        if (!isOpen()) {
            return;
        }
        try {
            while (outFrom < outTo) {
                int sent = channel.write(ByteBuffer.wrap(out, outFrom, outTo - outFrom));
                outFrom += sent;
                if (sent == 0) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            outFrom = 0;
            outTo = 0;
            if (out.length > 1 << 12) {
                out = new byte[0];
            }
            if (key.interestOps() != SelectionKey.OP_READ) {
                key.interestOps(SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    final void ready(SelectionKey ready) {
        try {
            if (ready.isConnectable()) {
                channel.finishConnect();
                connected = true;
                key.interestOps(SelectionKey.OP_READ);
                connected();
            } else if (ready.isReadable()) {
                read();
            }
            if (!closed && ready.isWritable()) {
                flush();
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private void read() throws IOException {
        for (int i = 0; i < READS_IN_A_ROW && !closed; i++) {
            byte[] in = loop.buffer;
            int kept = rest == null ? 0 : rest.length;
            if (rest != null) {
                System.arraycopy(rest, 0, in, 0, kept);
            }
            int count = channel.read(ByteBuffer.wrap(in, kept, in.length - kept));
            if (count < 0) {
                end("the server closed the connection");
                return;
            }
            if (count == 0) {
                return;
            }
            int to = kept + count;
            int from = receive(in, 0, to);
            rest = from == to ? null : Arrays.copyOfRange(in, from, to);
            if (to - from == in.length) {
                end("a frame is longer than the buffer");
            }
            if (to < in.length) {
                return;
            }
        }
    }

    /** Ends it from this side. */
    final void end(String why) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // It is over either way.
        }
        ended(why);
    }
}
