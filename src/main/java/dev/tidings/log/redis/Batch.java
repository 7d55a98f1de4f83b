package dev.tidings.log.redis;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.Head;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Retention;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of an append goes to one shard: puts the call together and reads its answer. */
final class Batch {
    private static final Duration DEDUPE = Duration.ofMinutes(5);

    /** How long a channel without a state is remembered after its last event. */
    static final Duration FORGET = Duration.ofHours(24);

    private final int shard;
    private final Keys names;
    private final Retention.Policy retention;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final Map<ChannelKey, Integer> numbers = new HashMap<>();
    private final List<String> members = new ArrayList<>();
    private final List<Object> keys = new ArrayList<>();
    private final List<Object> dedupeKeys = new ArrayList<>();
    private final List<Object> channels = new ArrayList<>();
    private final List<Object> words = new ArrayList<>();

    Batch(int shard, Keys names, Retention.Policy retention) {
        this.shard = shard;
        this.names = names;
        this.retention = retention;
    }

    /** @param place the draft's place in the whole append */
    void add(int place, Draft draft) {
        int number = numbers.computeIfAbsent(draft.key(), this::addChannel);
        Draft.StateWrite write = draft.state();
        drafts.add(draft);
        places.add(place);
        words.add(number);
        words.add(kind(draft));
        words.add(draft.timestamp());
        words.add(EventBytes.encode(draft));
        if (draft.idempotent()) {
            dedupeKeys.add(names.dedupe(shard, members.get(number - 1), draft.id()));
        }
        if (write != null) {
            Position expected = write.expected();
            Json data = write.data();
            words.add(expected == null ? "" : expected.epoch());
            words.add(expected == null ? 0 : expected.offset());
            words.add(data == null ? "" : data.utf8());
        }
    }

    private static String kind(Draft draft) {
        Draft.StateWrite write = draft.state();
        if (write == null) {
            return draft.idempotent() ? "i" : "e";
        }
        if (!write.change()) {
            return "u";
        }
        return draft.idempotent() ? "x" : "w";
    }

    private int addChannel(ChannelKey key) {
        String member = Keys.member(key);
        Retention kept = retention.of(key.channel().namespace());
        members.add(member);
        keys.add(names.meta(shard, member));
        keys.add(names.history(shard, member));
        channels.add(member);
        channels.add(kept.size());
        channels.add(kept.age().toMillis());
        return members.size();
    }

    Call call(String token, RedisSettings settings) {
        List<Object> allKeys = new ArrayList<>(2 + keys.size() + dedupeKeys.size());
        allKeys.add(names.names(shard));
        allKeys.add(names.batch(shard, token));
        allKeys.addAll(keys);
        allKeys.addAll(dedupeKeys);
        List<Object> arguments = new ArrayList<>(6 + channels.size() + words.size());
        // Past its deadline the script refuses a batch that it has not seen before: no need to remember it for longer.
        arguments.add(Math.max(10_000, 5 * settings.timeout().toMillis()));
        arguments.add(DEDUPE.toMillis());
        arguments.add(FORGET.toMillis());
        arguments.add(settings.shardLength());
        arguments.add(members.size());
        arguments.add(drafts.size());
        arguments.addAll(channels);
        arguments.addAll(words);
        return new Call(Script.APPEND, names, shard, token, allKeys, arguments, settings.timeout());
    }

    /** Puts the answers where the drafts were. */
    void read(Response response, Appended[] answers) {
        String[] lines = response.get(3).toString().split("\n", -1);
        String[] epochs = lines[0].split(" ", -1);
        String[] words = lines[1].split(" ", -1);
        Map<Integer, Head> heads = new HashMap<>();
        for (Response head : response.get(4)) {
            if (head.get(2) != null) {
                heads.put(Integer.parseInt(head.get(0).toString()), Answers.head(head, 1));
            }
        }
        for (int i = 0; i < drafts.size(); i++) {
            answers[places.get(i)] = answer(drafts.get(i), words[i], epochs, heads);
        }
    }

    private Appended answer(Draft draft, String word, String[] epochs, Map<Integer, Head> heads) {
        return switch (word.charAt(0)) {
            case '!' -> {
                Head head = heads.get(Integer.parseInt(word, 1, word.length(), 10));
                if (head == null) {
                    throw new LogUnavailable("the channel was lost meanwhile");
                }
                yield new Appended.Conflict(head);
            }
            case '=' -> {
                String[] first = word.substring(1).split(":", -1);
                Position position = new Position(first[0], Long.parseLong(first[1]));
                yield new Appended.Stored(position, draft.id(), Long.parseLong(first[2]), true);
            }
            default -> {
                int number = numbers.getOrDefault(draft.key(), 0);
                Position position = new Position(epochs[number - 1], Long.parseLong(word));
                yield new Appended.Stored(position, draft.id(), draft.timestamp(), false);
            }
        };
    }
}
