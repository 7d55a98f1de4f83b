package dev.tidings;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Json;
import dev.tidings.hub.Hub;
import dev.tidings.hub.HubLoop;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriber;
import dev.tidings.hub.Subscriptions;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Submission;
import dev.tidings.log.EventLog;
import dev.tidings.log.Since;
import dev.tidings.protocol.ClientMessage.Wish;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Sends an event of its own through intake, log and hub on every shard, again and again, and notes when it arrives: the
 * service is ready while they all do.
 */
final class Canary {
    /** Whose channels the canaries live in; no token can name it. */
    static final String TENANT = "_tidings";

    private static final long INTERVAL_MS = 1000;
    private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(3500);

    private final Intake intake;
    private final ScheduledExecutorService loop;
    private final List<Cage> cages;

    /** One canary, in one shard. */
    private static final class Cage implements Subscriber {
        private final ChannelKey key;
        private final Subscriptions subscriptions;
        private volatile long arrivedNanos;
        private volatile boolean arrived;
        private boolean subscribed;

        Cage(ChannelKey key, HubLoop hub) {
            this.key = key;
            this.subscriptions = hub.open(this, TENANT);
        }

        @Override
        public Offer offer(Frames frames) {
            arrivedNanos = System.nanoTime();
            arrived = true;
            return Offer.ACCEPTED;
        }

        @Override
        public void notify(ServerMessage notice) {}

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void overflow() {}

        void send(Intake intake) {
            var unused = intake.submit(new Submission.Publish(key, "canary", null, Json.NULL, null));
        }

        long sinceArrivalNanos() {
            return arrived ? System.nanoTime() - arrivedNanos : Long.MAX_VALUE;
        }
    }

    /** @param loop the event loop that the canaries are received on */
    Canary(Intake intake, EventLog log, Hub hub, ScheduledExecutorService loop, MeterRegistry meters) {
        this.intake = intake;
        this.loop = loop;
        String instance = UUID.randomUUID().toString();
        HubLoop hubLoop = hub.on(loop);
        this.cages = IntStream.range(0, log.shards())
                .mapToObj(shard -> new Cage(channelIn(shard, log, instance), hubLoop))
                .toList();
        IntStream.range(0, cages.size())
                .forEach(shard -> Gauge.builder("tidings.log.lag", cages.get(shard), Canary::lagSeconds)
                        .description(
                                "How long ago an event of this instance last came back from the log, less the second"
                                        + " between two of them")
                        .baseUnit("seconds")
                        .tag("shard", Integer.toString(shard))
                        .register(meters));
    }

    void start() {
        loop.execute(this::send);
    }

    /** The shards whose canary is overdue; none when the service works. Safe on any thread. */
    List<Integer> overdue() {
        return IntStream.range(0, cages.size())
                .filter(shard -> cages.get(shard).sinceArrivalNanos() > OVERDUE_NANOS)
                .boxed()
                .toList();
    }

    private void send() {
        for (Cage cage : cages) {
            if (!cage.subscribed) {
                subscribe(cage);
            }
            cage.send(intake);
        }
        var unused = loop.schedule(this::send, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private static void subscribe(Cage cage) {
        cage.subscribed = true;
        ChannelPattern target = ChannelPattern.exactly(cage.key.channel());
        cage.subscriptions.subscribe(
                new Subscriptions.Request(target, Filter.EVERYTHING, new Since.Now(), Wish.NO, false), new Reply() {
                    @Override
                    public void subscribed(ServerMessage subscribed) {}

                    @Override
                    public void failed(Throwable failure) {
                        cage.subscribed = false;
                    }
                });
    }

    private static ChannelKey channelIn(int shard, EventLog log, String instance) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new ChannelKey(TENANT, Channel.of("canary", instance + '.' + i)))
                .filter(key -> log.shardOf(key) == shard)
                .findFirst()
                .orElseThrow();
    }

    private static double lagSeconds(Cage cage) {
        double seconds = cage.sinceArrivalNanos() / (double) TimeUnit.SECONDS.toNanos(1);
        return Math.max(0, seconds - INTERVAL_MS / 1000.0);
    }
}
