package dev.tidings.log;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A log as a test wants to use it: every call waits for its answer. */
public record TestLog(EventLog log, Clock clock) {
    private static final AtomicLong IDS = new AtomicLong();

    public static ChannelKey key(String channel) {
        return new ChannelKey("acme", new Channel(channel));
    }

    public static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    /** An event with an id that the service made. */
    public Draft draft(ChannelKey key, String payload) {
        return new Draft(key, "thing.done", newId(), false, clock.millis(), json(payload), null, null);
    }

    public Draft draftOf(ChannelKey key, String type) {
        return new Draft(key, type, newId(), false, clock.millis(), Json.NULL, null, null);
    }

    /** An event with an id that its publisher chose. */
    public Draft idempotent(ChannelKey key, String id, String payload) {
        return new Draft(key, "thing.done", id, true, clock.millis(), json(payload), null, null);
    }

    /** A write of state; null deletes it. */
    public Draft write(ChannelKey key, @Nullable String state, @Nullable Position expected) {
        String type = state == null ? Event.STATE_DELETED : Event.STATE_CHANGED;
        Draft.StateWrite write = new Draft.StateWrite(state == null ? null : json(state), true, expected);
        return new Draft(key, type, newId(), false, clock.millis(), json("{'patch':{}}"), null, write);
    }

    /** A write that leaves the state as it is, with an id that its publisher chose. */
    public Draft unchanged(ChannelKey key, String id, Position expected) {
        Draft.StateWrite none = new Draft.StateWrite(null, false, expected);
        return new Draft(key, Event.STATE_CHANGED, id, true, clock.millis(), Json.NULL, null, none);
    }

    public static String newId() {
        return "e" + IDS.incrementAndGet();
    }

    public List<Appended> append(List<Draft> drafts) {
        return get(log.append(drafts));
    }

    public Appended append(Draft draft) {
        return append(List.of(draft)).getFirst();
    }

    /** Appends so many events, with payloads 1, 2, 3 …; answers the place of the last. */
    public Position fill(ChannelKey key, int count) {
        Position last = null;
        for (int i = 1; i <= count; i++) {
            last = stored(append(draft(key, Integer.toString(i)))).position();
        }
        return last == null ? head(key).newest() : last;
    }

    public static Appended.Stored stored(Appended appended) {
        return (Appended.Stored) appended;
    }

    public Slice read(ChannelKey key, Range range) {
        return get(log.read(key, range));
    }

    public Slice read(ChannelKey key, Since.InChannel since) {
        return read(key, Range.from(since));
    }

    public Head head(ChannelKey key) {
        return read(key, Range.HEAD).head();
    }

    public Replay replay(String pattern, Since since) {
        return get(log.replay("acme", new ChannelPattern(pattern), since));
    }

    /** Names of a tenant's channels. */
    public List<String> names(String tenant, @Nullable String pattern, String after, int limit) {
        return get(log.channels(tenant, pattern == null ? null : new ChannelPattern(pattern), after, limit)).stream()
                .map(listing -> listing.key().channel().name())
                .toList();
    }

    public Set<String> tenants() {
        return get(log.tenants());
    }

    public static List<Long> offsets(List<Event> events) {
        return events.stream().map(Event::offset).toList();
    }

    public static List<String> payloads(List<Event> events) {
        return events.stream().map(event -> event.payload().toString()).toList();
    }

    /** Runs it on a thread of its own, which the common pool of a small machine would not. */
    public static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    public static CompletableFuture<Void> inBackground(Runnable work) {
        return CompletableFuture.runAsync(work, task -> Thread.ofVirtual().start(task));
    }

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
