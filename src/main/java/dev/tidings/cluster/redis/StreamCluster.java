package dev.tidings.cluster.redis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.cluster.Topics;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.redis.HeldConnection;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The instances that share a Redis.
 *
 * <p>An instance that cannot reach Redis has no others after some seconds: it could not tell them anything.
 */
public final class StreamCluster implements Cluster {
    private static final Logger LOG = Logger.getLogger(StreamCluster.class);
    private static final long CLOSE_MS = 500;
    private static final String ALIVE = "tidings.alive";
    private static final String GONE = "tidings.gone";
    private static final String NOTHING = "{}";

    private final String self = UUID.randomUUID().toString();
    private final Vertx vertx;
    private final Context loop;
    private final String prefix;
    private final Timing timing;
    private final Topics topics = new Topics();
    private final Fellows fellows;
    private final Mouth mouth;
    private final Ear ear;
    private long heardMyselfNanos = System.nanoTime();
    private boolean closed;

    /**
     * Makes an instance that does nothing until it is opened.
     *
     * @param options how to reach Redis: a single one, by Sentinel, or a cluster
     * @param prefix what the names of all its keys begin with, the same on all instances
     */
    public StreamCluster(Vertx vertx, RedisOptions options, String prefix, Timing timing) {
        this.vertx = vertx;
        this.loop = ((VertxInternal) vertx).createEventLoopContext();
        this.prefix = prefix;
        this.timing = timing;
        RedisOptions held = HeldConnection.options(options, timing.timeout());
        this.fellows = new Fellows(self, timing.lease());
        this.mouth = new Mouth(vertx, loop, held, timing);
        this.ear = new Ear(vertx, loop, held, new Hearing(), List.of(streamOfAll(), streamOf(self)));
    }

    /**
     * Connects, and goes on trying for as long as it takes. The stage completes when this instance can tell the others
     * something, and hears them, for the first time.
     */
    public CompletionStage<Void> open() {
        CompletableFuture<Void> opened = CompletableFuture.allOf(ear.open(), mouth.open());
        var unused = opened.thenRun(() -> loop.runOnContext(ready -> {
            heardMyselfNanos = System.nanoTime();
            beat();
            vertx.setPeriodic(timing.beat().toMillis(), timer -> {
                if (closed) {
                    vertx.cancelTimer(timer);
                } else {
                    beat();
                }
            });
        }));
        return opened;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public Set<String> instances() {
        return fellows.all();
    }

    @Override
    public CompletionStage<Void> tellAll(String topic, ObjectNode note) {
        topics.hear(self, topic, note);
        return say(streamOfAll(), false, topic, note);
    }

    @Override
    public CompletionStage<Void> tell(String instance, String topic, ObjectNode note) {
        if (instance.equals(self)) {
            topics.hear(self, topic, note);
            return CompletableFuture.completedStage(null);
        }
        if (!fellows.all().contains(instance)) {
            return CompletableFuture.failedStage(new LogUnavailable("instance " + instance + " is gone"));
        }
        return say(streamOf(instance), true, topic, note);
    }

    @Override
    public void listen(String topic, Listener listener) {
        topics.listen(topic, listener);
    }

    @Override
    public void watch(Watcher watcher) {
        loop.runOnContext(unused -> fellows.watch(watcher));
    }

    /** Waits a little for Redis to take the goodbye. */
    @Override
    public void close() {
        CompletableFuture<Void> said = new CompletableFuture<>();
        loop.runOnContext(unused -> {
            closed = true;
            mouth.say(streamOfAll(), false, new Note(self, GONE, NOTHING), said);
            ear.close();
        });
        try {
            said.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the other instances were not told that this one ends; they find out", e);
        }
        mouth.close();
    }

    private CompletionStage<Void> say(String stream, boolean passing, String topic, ObjectNode content) {
        CompletableFuture<Void> said = new CompletableFuture<>();
        // Here, for what the caller does with it afterwards is its own business.
        Note note = new Note(self, topic, content.toString());
        loop.runOnContext(unused -> mouth.say(stream, passing, note, said));
        return said;
    }

    private void beat() {
        if (System.nanoTime() - heardMyselfNanos > timing.lease().toNanos()) {
            // A replica now, or a server that has lost its data while its clock went back.
            heardMyselfNanos = System.nanoTime();
            ear.doubt("what this instance says does not come back");
        }
        CompletableFuture<Void> said = new CompletableFuture<>();
        mouth.say(streamOfAll(), false, new Note(self, ALIVE, NOTHING), said);
        fellows.look();
    }

    private String streamOfAll() {
        return prefix + ":{cluster}:all";
    }

    private String streamOf(String instance) {
        return prefix + ":{cluster}:to:" + instance;
    }

    /** On the loop. */
    private final class Hearing implements Ear.Hearer {
        @Override
        public void heard(Note note) {
            if (note.from().equals(self)) {
                heardMyselfNanos = System.nanoTime();
            } else if (note.topic().equals(GONE)) {
                fellows.left(note.from());
            } else {
                fellows.heard(note.from());
                if (!note.topic().equals(ALIVE)) {
                    topics.hear(note.from(), note.topic(), note.content());
                }
            }
        }

        @Override
        public void heardUpTo(String stream, String id) {
            if (!stream.equals(streamOfAll())) {
                mouth.forget(stream, id);
            }
        }
    }
}
