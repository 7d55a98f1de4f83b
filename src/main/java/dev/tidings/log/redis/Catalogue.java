package dev.tidings.log.redis;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.Head;
import dev.tidings.log.Retention;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds channels by their names. Names outlive what they stand for; they are taken away when they are come across. */
final class Catalogue {
    private static final int SMALLEST_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Calls calls;
    private final Keys keys;
    private final Shards shards;
    private final RedisSettings settings;
    private final Retention.Policy retention;
    private final Clock clock;

    /** Names in order; more may follow them. */
    private record Page(List<Channel> channels, boolean more) {}

    Catalogue(Calls calls, Keys keys, Shards shards, RedisSettings settings, Retention.Policy retention, Clock clock) {
        this.calls = calls;
        this.keys = keys;
        this.shards = shards;
        this.settings = settings;
        this.retention = retention;
        this.clock = clock;
    }

    /** As {@link dev.tidings.log.EventLog#channels}. */
    CompletionStage<List<Listing>> list(String tenant, @Nullable ChannelPattern pattern, String after, int limit) {
        return list(tenant, pattern, after, limit, new ArrayList<>());
    }

    private CompletionStage<List<Listing>> list(
            String tenant, @Nullable ChannelPattern pattern, String after, int limit, List<Listing> found) {
        int size = Math.clamp(limit, SMALLEST_PAGE, LARGEST_PAGE);
        return page(tenant, pattern, after, size)
                .thenCompose(page -> heads(tenant, page.channels()).thenCompose(heads -> {
                    for (Channel channel : page.channels()) {
                        Head head = heads.get(channel);
                        if (head != null && found.size() < limit) {
                            found.add(new Listing(new ChannelKey(tenant, channel), head));
                        }
                    }
                    return page.more() && found.size() < limit
                            ? list(tenant, pattern, page.channels().getLast().name(), limit, found)
                            : CompletableFuture.completedStage(List.copyOf(found));
                }));
    }

    /** The names of all channels of a tenant that match a pattern, of those forgotten too. */
    CompletionStage<List<Channel>> names(String tenant, ChannelPattern pattern) {
        return names(tenant, pattern, "", new ArrayList<>());
    }

    private CompletionStage<List<Channel>> names(
            String tenant, ChannelPattern pattern, String after, List<Channel> found) {
        return page(tenant, pattern, after, LARGEST_PAGE).thenCompose(page -> {
            found.addAll(page.channels());
            return page.more()
                    ? names(tenant, pattern, page.channels().getLast().name(), found)
                    : CompletableFuture.completedStage(List.copyOf(found));
        });
    }

    private CompletionStage<Page> page(String tenant, @Nullable ChannelPattern pattern, String after, int size) {
        if (pattern != null && pattern.isExact()) {
            Channel channel = new Channel(pattern.text());
            boolean wanted = channel.name().compareTo(after) > 0;
            return CompletableFuture.completedStage(new Page(wanted ? List.of(channel) : List.of(), false));
        }
        String prefix = pattern == null ? "" : pattern.prefix();
        String from = after.compareTo(prefix) >= 0 && !after.isEmpty()
                ? '(' + Keys.member(tenant, after)
                : '[' + Keys.member(tenant, prefix);
        byte[] to = upTo(Keys.member(tenant, prefix));
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int shard = 0; shard < keys.shards(); shard++) {
            answers.add(send(Script.NAMES, shard, List.of(keys.names(shard)), List.of(from, to, size)));
        }
        return Stages.all(answers).thenApply(all -> merge(all, size));
    }

    private static Page merge(List<Response> answers, int size) {
        TreeSet<Channel> names = new TreeSet<>();
        boolean more = false;
        for (Response answer : answers) {
            Response members = answer.get(3);
            more |= members.size() == size;
            members.forEach(
                    member -> names.add(Keys.parseMember(member.toString()).channel()));
        }
        List<Channel> first = names.stream().limit(size).toList();
        return new Page(first, more || names.size() > size);
    }

    /** The heads of those that hold events or a state. */
    private CompletionStage<Map<Channel, Head>> heads(String tenant, List<Channel> channels) {
        Map<Integer, List<Channel>> byShard = new HashMap<>();
        for (Channel channel : channels) {
            byShard.computeIfAbsent(keys.shardOf(new ChannelKey(tenant, channel)), shard -> new ArrayList<>())
                    .add(channel);
        }
        Map<Channel, Head> heads = new HashMap<>();
        List<List<Channel>> asked = List.copyOf(byShard.values());
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        byShard.forEach((shard, some) -> answers.add(askHeads(tenant, shard, some)));
        return Stages.all(answers).thenApply(all -> {
            for (int i = 0; i < all.size(); i++) {
                Response answer = all.get(i).get(3);
                for (int j = 0; j < asked.get(i).size(); j++) {
                    if (answer.get(j) != null) {
                        heads.put(asked.get(i).get(j), Answers.head(answer.get(j), 0));
                    }
                }
            }
            return heads;
        });
    }

    private CompletableFuture<Response> askHeads(String tenant, int shard, List<Channel> channels) {
        long now = clock.millis();
        List<Object> names = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        names.add(keys.names(shard));
        for (Channel channel : channels) {
            Retention kept = retention.of(channel.namespace());
            String member = Keys.member(tenant, channel.name());
            names.add(keys.meta(shard, member));
            names.add(keys.history(shard, member));
            arguments.addAll(List.of(member, kept.size(), now - kept.age().toMillis()));
        }
        return send(Script.HEADS, shard, names, arguments);
    }

    /** The tenants that channels in the catalogue have. */
    CompletionStage<Set<String>> tenants() {
        List<CompletableFuture<Set<String>>> answers = new ArrayList<>();
        for (int shard = 0; shard < keys.shards(); shard++) {
            answers.add(tenants(shard, "-", new HashSet<>()).toCompletableFuture());
        }
        return Stages.all(answers).thenApply(all -> {
            Set<String> tenants = new HashSet<>();
            all.forEach(tenants::addAll);
            return tenants;
        });
    }

    /** One name of each tenant: the next is looked for behind all of the one before. */
    private CompletionStage<Set<String>> tenants(int shard, Object from, Set<String> found) {
        return send(Script.NAMES, shard, List.of(keys.names(shard)), List.of(from, "+", 1))
                .thenCompose(answer -> {
                    Response members = answer.get(3);
                    if (members.size() == 0) {
                        return CompletableFuture.completedStage(found);
                    }
                    String tenant = Keys.parseMember(members.get(0).toString()).tenant();
                    found.add(tenant);
                    return tenants(shard, upTo(Keys.member(tenant, "")), found);
                });
    }

    /** Comes across the next hundred names of a shard; answers after which name to go on, empty at the end. */
    CompletionStage<String> sweep(int shard, String after) {
        String from = after.isEmpty() ? "-" : '(' + after;
        return send(Script.NAMES, shard, List.of(keys.names(shard)), List.of(from, "+", SMALLEST_PAGE))
                .thenCompose(answer -> {
                    List<String> members = new ArrayList<>();
                    answer.get(3).forEach(member -> members.add(member.toString()));
                    Map<String, List<Channel>> byTenant = new HashMap<>();
                    for (String member : members) {
                        ChannelKey key = Keys.parseMember(member);
                        byTenant.computeIfAbsent(key.tenant(), tenant -> new ArrayList<>())
                                .add(key.channel());
                    }
                    List<CompletableFuture<Response>> asked = new ArrayList<>();
                    byTenant.forEach((tenant, channels) -> asked.add(askHeads(tenant, shard, channels)));
                    String last = members.size() < SMALLEST_PAGE ? "" : members.getLast();
                    return Stages.all(asked).thenApply(all -> last);
                });
    }

    private CompletableFuture<Response> send(Script script, int shard, List<?> names, List<?> arguments) {
        return calls.send(new Call(script, keys, shard, shards.token(), names, arguments, settings.timeout()));
    }

    /** Behind everything that begins like this: channel names have no bytes as high. */
    private static byte[] upTo(String prefix) {
        byte[] text = ('[' + prefix).getBytes(StandardCharsets.US_ASCII);
        byte[] end = Arrays.copyOf(text, text.length + 1);
        end[text.length] = (byte) 0xff;
        return end;
    }
}
