package dev.tidings.benchmark.load;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;

/**
 * What one run of the generator does: who subscribes to what and how, who publishes what, in which phases. It is handed to
 * the generator's process as JSON. In texts {@code {channel}} stands for a channel's name, {@code {index}} for its number and
 * {@code {data}} for the message: JSON with the time it was due and its number in the channel.
 *
 * @param servers the processes whose CPU time and memory count
 * @param channels what the channels are called, with {@code {index}}
 * @param size bytes of a message, {@code {data}}
 * @param positions what is put for {@code {position}}, one for each channel; none where that is not used
 * @param phases one after the other, over the same connections
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Plan(
        Kind kind,
        List<Long> servers,
        int channelCount,
        String channels,
        int size,
        List<String> positions,
        Subscribing subscribing,
        Publishing publishing,
        List<Phase> phases) {

    /** What is done with the connections. */
    public enum Kind {
        /** Messages are published and delivered, in phases. */
        LOAD,
        /** Connections are held, quietly, until the standard input ends. */
        HOLD,
        /** All connect at once and are given what they missed. */
        STORM,
        /** Lines of NDJSON are posted, nobody subscribes. */
        BULK
    }

    /** How messages are published. */
    public enum Way {
        HTTP,
        WEBSOCKET,
        NATS
    }

    /**
     * How connections subscribe. The n-th takes the channel of number n modulo the count.
     *
     * @param connecting how many may be on their way at a time
     * @param path of the WebSocket
     * @param headers of the handshake
     * @param binary whether texts are sent as binary frames
     * @param first what is sent after the handshake
     * @param ready what the frame contains that says that the subscription stands; empty when the handshake does
     * @param answers frames that the server wants an answer to (its own kind of ping), by how they begin
     * @param missed events that each is given after it subscribed, in a storm
     */
    public record Subscribing(
            int port,
            int count,
            int connecting,
            String path,
            Map<String, String> headers,
            boolean binary,
            List<String> first,
            String ready,
            Map<String, String> answers,
            int missed) {}

    /**
     * How messages are published.
     *
     * @param path of the call or of the WebSocket
     * @param headers of the call or of the handshake
     * @param connections how many; a channel is always published to on the same one, unless it is the only channel
     * @param window unanswered messages that a connection may have
     * @param body what is sent, with {@code {data}}
     * @param answered what an answer contains, on a WebSocket
     */
    public record Publishing(
            Way way,
            int port,
            String path,
            Map<String, String> headers,
            int connections,
            int window,
            String body,
            String answered) {}

    /**
     * Some seconds of load: at a fixed rate, however late deliveries are (open loop), or with a fixed number of messages on
     * their way (closed loop).
     *
     * @param name as in the report; empty for one that only warms up
     * @param rate messages a second; 0 where {@code share} or {@code outstanding} says it
     * @param share of the rate that the last closed loop reached; 0 for none
     * @param outstanding messages on their way in a closed loop; 0 for an open one
     * @param settle seconds before measuring begins
     * @param seconds measured
     * @param search end with this phase if it was sustained: the highest of a falling series is looked for
     */
    public record Phase(
            String name, double rate, double share, int outstanding, double settle, double seconds, boolean search) {

        public static Phase open(String name, double rate, double settle, double seconds) {
            return new Phase(name, rate, 0, 0, settle, seconds, false);
        }

        public static Phase closed(String name, int outstanding, double settle, double seconds) {
            return new Phase(name, 0, 0, outstanding, settle, seconds, false);
        }

        public static Phase share(String name, double share, double settle, double seconds, boolean search) {
            return new Phase(name, 0, share, 0, settle, seconds, search);
        }
    }

    /** The name of a channel. */
    public String channel(int index) {
        return channels.replace("{index}", Integer.toString(index));
    }

    /** A text with a channel's name and number put in. */
    public String filled(String text, int index) {
        String filled = text.replace("{channel}", channel(index)).replace("{index}", Integer.toString(index));
        return positions.isEmpty() ? filled : filled.replace("{position}", positions.get(index));
    }
}
