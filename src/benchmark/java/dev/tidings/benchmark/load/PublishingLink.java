package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Way;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection that publishes: requests of HTTP one after the other without waiting for the answers (pipelined), messages
 * on a WebSocket, or lines of NATS. Counts what was answered, and what was refused.
 */
final class PublishingLink extends Link {
    private static final byte[] STATUS = Message.ascii("HTTP/1.1 ");
    private static final byte[] NATS_PING = Message.ascii("PING\r\n");
    private static final byte[] NATS_ERROR = Message.ascii("-ERR");

    private final Plan plan;
    private final Way way;
    private final byte[] answered;
    private boolean ready;
    private long sent;
    private long answers;
    private long refused;
    private String failure = "";

    PublishingLink(Loop loop, Plan plan) {
        super(loop, plan.publishing().port());
        this.plan = plan;
        this.way = plan.publishing().way();
        this.answered = Message.ascii(plan.publishing().answered());
    }

    /** What is sent to publish on a channel, the message being this. */
    static String request(Plan plan, int channel, String data) {
        Publishing how = plan.publishing();
        String body = plan.filled(how.body(), channel);
        int length = body.length() - data.length() + plan.size();
        return switch (how.way()) {
            case WEBSOCKET -> body;
            case NATS -> "PUB " + plan.channel(channel) + ' ' + length + "\r\n" + body + "\r\n";
            case HTTP -> {
                StringBuilder head = new StringBuilder("POST ")
                        .append(plan.filled(how.path(), channel))
                        .append(" HTTP/1.1\r\nHost: 127.0.0.1:")
                        .append(how.port())
                        .append("\r\nContent-Type: application/json\r\nContent-Length: ")
                        .append(length)
                        .append("\r\n");
                how.headers()
                        .forEach((name, value) ->
                                head.append(name).append(": ").append(value).append("\r\n"));
                yield head.append("\r\n").append(body).toString();
            }
        };
    }

    void publish(byte[] request) {
        send(request);
        sent++;
    }

    boolean isReady() {
        return ready;
    }

    /** NATS answers nothing. */
    long unanswered() {
        return way == Way.NATS ? 0 : sent - answers;
    }

    long refused() {
        return refused;
    }

    String failure() {
        return failure;
    }

    @Override
    void connected() {
        Publishing how = plan.publishing();
        switch (way) {
            case HTTP -> ready = true;
            case WEBSOCKET -> send(WebSocketFrames.handshake(how.path(), how.port(), how.headers()));
            case NATS -> {
                send(Message.ascii("CONNECT {\"verbose\":false,\"pedantic\":false}\r\n"));
                ready = true;
            }
        }
    }

    @Override
    int receive(byte[] in, int from, int to) {
        return switch (way) {
            case HTTP -> answers(in, from, to);
            case WEBSOCKET -> frames(in, from, to);
            case NATS -> lines(in, from, to);
        };
    }

    /** Finds status lines, and keeps what could be the beginning of one. */
    private int answers(byte[] in, int from, int to) {
        int at = from;
        while (at <= to - STATUS.length - 3) {
            if (in[at] == 'H' && Message.contains(in, at, at + STATUS.length, STATUS)) {
                answers++;
                if (in[at + STATUS.length] != '2') {
                    refuse(in, at, to);
                }
                at += STATUS.length;
            } else {
                at++;
            }
        }
        return at;
    }

    private int frames(byte[] in, int from, int to) {
        int at = from;
        if (!ready) {
            // The server's first message may come in the same segment as its answer to the handshake.
            byte[] end = Message.ascii("\r\n\r\n");
            while (at <= to - end.length && !Message.contains(in, at, at + end.length, end)) {
                at++;
            }
            if (at > to - end.length) {
                return from;
            }
            at += end.length;
            ready = true;
        }
        return WebSocketFrames.read(in, at, to, this::frame);
    }

    private void frame(int opcode, byte[] in, int from, int to) {
        if (opcode == WebSocketFrames.PING) {
            send(WebSocketFrames.masked(WebSocketFrames.PONG, Arrays.copyOfRange(in, from, to)));
        } else if (Message.contains(in, from, to, answered)) {
            answers++;
        } else if (opcode == WebSocketFrames.CLOSE || Message.contains(in, from, to, Message.ascii("\"error\""))) {
            answers++;
            refuse(in, from, to);
        }
    }

    private int lines(byte[] in, int from, int to) {
        if (Message.contains(in, from, to, NATS_PING)) {
            send(Message.ascii("PONG\r\n"));
        }
        if (Message.contains(in, from, to, NATS_ERROR)) {
            refuse(in, from, to);
        }
        return to;
    }

    private void refuse(byte[] in, int from, int to) {
        refused++;
        fail(new String(in, from, Math.min(300, to - from), StandardCharsets.ISO_8859_1));
    }

    private void fail(String what) {
        if (failure.isEmpty()) {
            failure = what;
        }
    }

    @Override
    void ended(String why) {
        refused++;
        fail(why);
    }
}
