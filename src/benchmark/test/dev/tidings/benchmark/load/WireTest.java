package dev.tidings.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and the messages in them are found wherever the network cuts them. */
class WireTest {
    private static final int SIZE = 120;

    @Test
    void messagesAreValidJsonOfTheirSize() throws Exception {
        byte[] message = message(Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(message)
                        .path("n")
                        .longValue())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(Message.SHORTEST).isLessThanOrEqualTo(80);
    }

    @Test
    void messagesAreFoundInWhatServersPutAroundThem() {
        Message.Finder finder = new Message.Finder(SIZE);
        for (String before : List.of("", "42[\"message\",", "{\"timestamp\":99,\"payload\":", "42[\"message\",")) {
            byte[] frame = Message.ascii(before + text(message(123, 7)) + "}]");
            assertThat(finder.find(frame, 0, 0, frame.length)).isPositive();
            assertThat(finder.micros()).isEqualTo(123);
            assertThat(finder.number()).isEqualTo(7);
        }
    }

    @Test
    void severalMessagesInAFrameAreAllFound() {
        byte[] frame = Message.ascii("[" + text(message(1, 1)) + "," + text(message(2, 2)) + "]");
        Message.Finder finder = new Message.Finder(SIZE);
        int next = finder.find(frame, 0, 0, frame.length);
        next = finder.find(frame, 0, next, frame.length);
        assertThat(finder.number()).isEqualTo(2);
        assertThat(finder.find(frame, 0, next, frame.length)).isEqualTo(-1);
    }

    @Test
    void aFrameWithoutAMessageHasNone() {
        byte[] frame = Message.ascii("{\"type\":\"pong\",\"ts\":12}");
        assertThat(new Message.Finder(SIZE).find(frame, 0, 0, frame.length)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536, 100_000})
    void framesOfEveryLengthAreReadWhereverTheyAreCut(int length) {
        byte[] payload = "y".repeat(length).getBytes(StandardCharsets.US_ASCII);
        byte[] two = twice(unmasked(payload));
        int step = Math.max(1, two.length / 500);
        for (int cut = 0; cut <= two.length; cut += step) {
            List<Integer> lengths = new ArrayList<>();
            int rest = WebSocketFrames.read(two, 0, cut, (opcode, in, from, to) -> lengths.add(to - from));
            assertThat(WebSocketFrames.read(two, rest, two.length, (opcode, in, from, to) -> lengths.add(to - from)))
                    .isEqualTo(two.length);
            assertThat(lengths).containsExactly(length, length);
        }
    }

    @Test
    void usageIsReadFromWhatLinuxSays() {
        String stat = "42 (a ) name) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 1 0 100 0 0";
        assertThat(Usage.cpuMicros(stat)).isEqualTo(3_000_000);
        assertThat(Usage.residentKib("Name:\tx\nVmRSS:\t  1234 kB\nVmSwap:\t 5 kB\n"))
                .isEqualTo(1_234);
    }

    private static byte[] message(long micros, long number) {
        byte[] message = new byte[SIZE];
        Message.write(message, 0, SIZE, micros, number);
        return message;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** A server's frame: a client's without the mask. */
    private static byte[] unmasked(byte[] payload) {
        byte[] masked = WebSocketFrames.masked(WebSocketFrames.TEXT, payload);
        int header = masked.length - payload.length - 4;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(masked, 0, header);
        out.writeBytes(payload);
        byte[] frame = out.toByteArray();
        frame[1] &= 0x7F;
        return frame;
    }

    private static byte[] twice(byte[] frame) {
        byte[] two = new byte[2 * frame.length];
        System.arraycopy(frame, 0, two, 0, frame.length);
        System.arraycopy(frame, 0, two, frame.length, frame.length);
        return two;
    }
}
