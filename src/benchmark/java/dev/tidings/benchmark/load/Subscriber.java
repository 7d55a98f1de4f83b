package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Plan.Subscribing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** One subscribed WebSocket. */
final class Subscriber extends Link {
    private static final byte[] HEAD_END = Message.ascii("\r\n\r\n");

    private final Fleet fleet;
    private final int channel;
    private final Sequence sequence = new Sequence();
    private final WebSocketFrames.Receiver receiver = this::frame;
    private boolean upgraded;
    private boolean subscribed;

    Subscriber(Loop loop, Fleet fleet, int port, int channel) {
        super(loop, port);
        this.fleet = fleet;
        this.channel = channel;
    }

    int channel() {
        return channel;
    }

    Sequence sequence() {
        return sequence;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    @Override
    void connected() {
        Plan plan = fleet.plan();
        Subscribing how = plan.subscribing();
        send(WebSocketFrames.handshake(plan.filled(how.path(), channel), how.port(), how.headers()));
    }

    @Override
    int receive(byte[] in, int from, int to) {
        int at = from;
        if (!upgraded) {
            int head = end(in, from, to);
            if (head < 0) {
                return from;
            }
            if (!Message.contains(in, from, Math.min(to, from + 16), Message.ascii(" 101 "))) {
                end("the handshake was answered "
                        + new String(in, from, Math.min(80, to - from), StandardCharsets.ISO_8859_1));
                return to;
            }
            upgraded = true;
            at = head;
            subscribe();
        }
        fleet.received(to - from);
        return WebSocketFrames.read(in, at, to, receiver);
    }

    private static int end(byte[] in, int from, int to) {
        for (int at = from; at <= to - HEAD_END.length; at++) {
            if (in[at] == '\r' && Message.contains(in, at, at + HEAD_END.length, HEAD_END)) {
                return at + HEAD_END.length;
            }
        }
        return -1;
    }

    private void subscribe() {
        Subscribing how = fleet.plan().subscribing();
        for (String text : how.first()) {
            reply(fleet.plan().filled(text, channel));
        }
        if (how.ready().isEmpty()) {
            ready();
        }
    }

    private void reply(String text) {
        int opcode = fleet.plan().subscribing().binary() ? WebSocketFrames.BINARY : WebSocketFrames.TEXT;
        send(WebSocketFrames.masked(opcode, Message.ascii(text)));
    }

    private void ready() {
        subscribed = true;
        fleet.subscribed();
    }

    private void frame(int opcode, byte[] in, int from, int to) {
        if (opcode == WebSocketFrames.PING) {
            send(WebSocketFrames.masked(WebSocketFrames.PONG, Arrays.copyOfRange(in, from, to)));
        } else if (opcode == WebSocketFrames.CLOSE) {
            int code = to - from < 2 ? 0 : (in[from] & 0xFF) << 8 | (in[from + 1] & 0xFF);
            end("closed with " + code);
        } else if (opcode != WebSocketFrames.PONG) {
            message(in, from, to);
        }
    }

    private void message(byte[] in, int from, int to) {
        if (!fleet.delivered(sequence, in, from, to)) {
            if (!subscribed && Message.contains(in, from, to, fleet.ready())) {
                ready();
            }
            for (Map.Entry<String, byte[]> answer : fleet.answers()) {
                if (Message.contains(in, from, Math.min(to, from + answer.getValue().length), answer.getValue())) {
                    reply(answer.getKey());
                }
            }
        }
    }

    @Override
    void ended(String why) {
        fleet.ended(this, why);
    }
}
