package dev.tidings.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Revocation;
import dev.tidings.auth.Revocation.Kind;
import dev.tidings.auth.Revocation.Target;
import dev.tidings.auth.Revocations;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Keeps revocations in the log, as the states of some channels that no token can name, and tells {@link Revocations} what is
 * there, by whatever instance. Safe on any thread.
 */
public final class RevocationLog implements EventLog.Follower {
    private static final String NAMESPACE = "revoked";
    private static final long PATIENCE_MS = 1000;

    private final EventLog log;
    private final Intake intake;
    private final Revocations revocations;
    private final Clock clock;
    private final String tenant;
    private final List<RevocationPart> parts;

    /**
     * @param tenant whose channels they are in
     * @param executor where waiting ends
     */
    public RevocationLog(
            EventLog log,
            Intake intake,
            Revocations revocations,
            OpenConnections live,
            Clock clock,
            String tenant,
            Executor executor) {
        this.log = log;
        this.intake = intake;
        this.revocations = revocations;
        this.clock = clock;
        this.tenant = tenant;
        this.parts = IntStream.range(0, Revocations.PARTS)
                .mapToObj(part -> new RevocationPart(part, place(part), log, this, live, executor))
                .toList();
    }

    private ChannelKey place(int part) {
        return new ChannelKey(tenant, Channel.of(NAMESPACE, Integer.toString(part)));
    }

    /** Begins to follow what is revoked. */
    public void start() {
        log.follow(this);
        for (RevocationPart part : parts) {
            var unused = part.refresh();
        }
    }

    /** False until all revocations have been read once. */
    public boolean isReady() {
        return parts.stream().allMatch(RevocationPart::isKnown);
    }

    /**
     * Has a token, or those of a subject, refused from now on, instead of what was said of them before. The stage completes
     * when it is stored and holds here; the other instances follow at once. It fails with {@link LogUnavailable} when it is
     * not stored.
     */
    public CompletionStage<Void> revoke(Target target, Revocation revocation) {
        int part = Revocations.partOf(target);
        return store(part, Map.of(target, revocation))
                .thenCompose(stored -> parts.get(part)
                        .refresh()
                        .copy()
                        // Stored is stored, and read as soon as the log can be read.
                        .completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS));
    }

    /** Adds to what is stored of a part, and removes what has ended. */
    CompletionStage<Void> store(int part, Map<Target, Revocation> added) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        long now = clock.millis();
        revocations.part(part).forEach((target, known) -> {
            if (known.until() <= now) {
                patch.putNull(name(target));
            }
        });
        added.forEach((target, revocation) -> patch.set(name(target), write(revocation)));
        Submission write =
                new Submission.Write(place(part), new Change.Patch(patch), new Precondition.None(), null, null);
        return intake.submit(write).thenCompose(outcome -> switch (outcome) {
            case Outcome.Changed changed -> CompletableFuture.completedStage(null);
            case Outcome.Unchanged unchanged -> CompletableFuture.completedStage(null);
            case Outcome.Published published -> CompletableFuture.completedStage(null);
            case Outcome.TooLarge tooLarge ->
                CompletableFuture.failedStage(new LogUnavailable("as many tokens are revoked as can be kept"));
            case Outcome.Unavailable(String reason) -> CompletableFuture.failedStage(new LogUnavailable(reason));
            case Outcome.Conflict conflict -> throw new IllegalStateException("nothing was expected");
            case Outcome.Forbidden forbidden -> throw new IllegalStateException("it is the service's own");
            case Outcome.Inadmissible inadmissible -> throw new IllegalStateException("it is the service's own");
        });
    }

    /** What a part holds from now on. */
    void replace(int part, Map<Target, Revocation> known) {
        revocations.replace(part, known);
    }

    /** What a part holds and the log has not: what has not ended yet. */
    Map<Target, Revocation> missing(int part, Map<Target, Revocation> read) {
        long now = clock.millis();
        return revocations.part(part).entrySet().stream()
                .filter(known -> known.getValue().until() > now && !read.containsKey(known.getKey()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public void appended(int shard, List<Event> events) {
        for (Event event : events) {
            if (event.key().tenant().equals(tenant)
                    && event.channel().namespace().equals(NAMESPACE)) {
                var unused = parts.get(Integer.parseInt(event.channel().id())).refresh();
            }
        }
    }

    @Override
    public void lost(int shard) {
        for (RevocationPart part : parts) {
            if (log.shardOf(part.place()) == shard) {
                var unused = part.refresh();
            }
        }
    }

    /** Of these three the last alone may have spaces. */
    private static String name(Target target) {
        return target.tenant() + ' ' + target.kind().text() + ' ' + target.name();
    }

    static Target target(String name) {
        String[] words = name.split(" ", 3);
        return new Target(words[0], words[1].equals(Kind.TOKEN.text()) ? Kind.TOKEN : Kind.SUBJECT, words[2]);
    }

    private static ObjectNode write(Revocation revocation) {
        ObjectNode written = JsonNodeFactory.instance.objectNode().put("until", revocation.until());
        if (revocation.issuedBefore().isPresent()) {
            written.put("issued_before", revocation.issuedBefore().getAsLong());
        } else {
            // A merge would leave what was said before.
            written.putNull("issued_before");
        }
        return written;
    }

    static Revocation read(JsonNode written) {
        JsonNode issuedBefore = written.path("issued_before");
        return new Revocation(
                written.path("until").asLong(),
                issuedBefore.isNumber() ? OptionalLong.of(issuedBefore.asLong()) : OptionalLong.empty());
    }
}
