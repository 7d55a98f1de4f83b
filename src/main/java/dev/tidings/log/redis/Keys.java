package dev.tidings.log.redis;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Names the keys of a log in Redis. With prefix {@code tidings}, for a channel in shard 3:
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code tidings:{s3}:shard}</td><td>hash: epoch and newest sequence number</td></tr>
 * <tr><td>{@code tidings:{s3}:log}</td><td>stream of the shard's newest events, for followers. Id: {@code
 *     <sequence>-<offset>}; field: the channel's epoch; value: {@link EventBytes}</td></tr>
 * <tr><td>{@code tidings:{s3}:names}</td><td>sorted set of channels, {@code <tenant>:<channel>}, for listing</td></tr>
 * <tr><td>{@code tidings:{s3}:meta:<tenant>:<channel>}</td><td>hash: generation, newest offset, state</td></tr>
 * <tr><td>{@code tidings:{s3}:ch:<tenant>:<channel>}</td><td>stream, the channel's history. Id: {@code
 *     <offset>-<timestamp>}; field: the sequence number; value: {@link EventBytes}</td></tr>
 * <tr><td>{@code tidings:{s3}:dedupe:<tenant>:<channel>|<event id>}</td><td>where the event is, for 5 minutes</td></tr>
 * <tr><td>{@code tidings:{s3}:batch:<token>}</td><td>what a batch was answered, for some seconds</td></tr>
 * <tr><td>{@code tidings:{s3}:durable:<tenant>:<subject>}</td><td>hash: how far the subject's durable subscriptions to
 *     the shard's channels have come; see {@code find.lua}</td></tr>
 * <tr><td>{@code tidings:{s3}:presence:…}</td><td>who is present in the shard's channels: {@code meta}, {@code changes},
 *     {@code present}, {@code owners}, {@code leases}, {@code live}; see {@code state.lua} of the package {@code
 *     dev.tidings.presence.redis}</td></tr>
 * </table>
 *
 * <p>The numbers in the ids are those of the event, so that a place is found without an index, and a hole shows.
 */
public final class Keys {
    private final String[] prefixes;

    public Keys(RedisSettings settings) {
        this.prefixes = IntStream.range(0, settings.shards())
                .mapToObj(shard -> settings.prefix() + ":{s" + shard + "}:")
                .toArray(String[]::new);
    }

    public int shards() {
        return prefixes.length;
    }

    /** Made of {@link String#hashCode}, which the language defines, so that all instances agree for ever. */
    public int shardOf(ChannelKey key) {
        int hash = 31 * key.tenant().hashCode() + key.channel().name().hashCode();
        hash *= 0x9E3779B9;
        return Math.floorMod(hash ^ (hash >>> 16), prefixes.length);
    }

    String shard(int shard) {
        return prefixes[shard] + "shard";
    }

    String log(int shard) {
        return prefixes[shard] + "log";
    }

    String names(int shard) {
        return prefixes[shard] + "names";
    }

    String batch(int shard, String token) {
        return prefixes[shard] + "batch:" + token;
    }

    String meta(int shard, String member) {
        return prefixes[shard] + "meta:" + member;
    }

    String history(int shard, String member) {
        return prefixes[shard] + "ch:" + member;
    }

    String durable(int shard, String tenant, String subject) {
        return prefixes[shard] + "durable:" + escape(tenant) + ':' + escape(subject);
    }

    /** All keys about who is present in the shard's channels, in the order in which scripts take them. */
    public List<String> presence(int shard) {
        return Stream.of("meta", "changes", "present", "owners", "leases", "live")
                .map(name -> prefixes[shard] + "presence:" + name)
                .toList();
    }

    /** No channel's name has a bar in it: no two pairs of channel and event id make the same key. */
    String dedupe(int shard, String member, String eventId) {
        return prefixes[shard] + "dedupe:" + member + '|' + escape(eventId);
    }

    /** A channel within its shard. No escaped tenant has a colon in it: no two channels make the same member. */
    public static String member(ChannelKey key) {
        return member(key.tenant(), key.channel().name());
    }

    /** As {@link #member(ChannelKey)}, also for the beginning of a channel's name. */
    static String member(String tenant, String channel) {
        return escape(tenant) + ':' + channel;
    }

    public static ChannelKey parseMember(String member) {
        int colon = member.indexOf(':');
        return new ChannelKey(unescape(member.substring(0, colon)), new Channel(member.substring(colon + 1)));
    }

    /**
     * Makes any text fit to be a part of a key: plain characters stay, of all others there is the number, as {@code %}
     * and four digits. By UTF-16 units rather than UTF-8 bytes, so that even texts that are not well-formed stay apart.
     */
    static String escape(String text) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 20).append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                escaped.append(c);
            } else {
                escaped.append('%').append(String.format("%04x", (int) c));
            }
        }
        return escaped.toString();
    }

    static String unescape(String escaped) {
        if (escaped.indexOf('%') < 0) {
            return escaped;
        }
        StringBuilder text = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                text.append((char) Integer.parseInt(escaped, i + 1, i + 5, 16));
                i += 4;
            } else {
                text.append(escaped.charAt(i));
            }
        }
        return text.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '@';
    }
}
