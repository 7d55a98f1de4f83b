package dev.tidings.stream;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.LiveConnection;
import dev.tidings.connection.Services;
import dev.tidings.event.Channel;
import dev.tidings.event.Position;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriber;
import dev.tidings.hub.Subscriptions;
import dev.tidings.log.Since;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import dev.tidings.protocol.ServerMessageWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One stream of Server-Sent Events, from its request to its end: passes on what the hub has for one channel. Used on the
 * request's loop only.
 */
final class LiveStream implements Subscriber, Reply, LiveConnection {
    private static final Logger LOG = Logger.getLogger("dev.tidings.connection");

    /** Clients that lost their connection at the same time come back at different times. */
    private static final long MIN_RETRY_MS = 1_000;

    private static final long MAX_RETRY_MS = 3_000;

    private final Call call;
    private final Services services;
    private final StreamLoop loop;
    private final Seat seat;
    private final Subscriptions.Request request;
    private final Channel channel;
    private final Outlet outlet;
    private final Subscriptions subscriptions;
    private final OpenCall open;
    private Phase phase = Phase.BEGINNING;
    private String epoch = "";
    private boolean expiryNoticed;
    private long lastPingNanos = System.nanoTime();

    /** When it has to end, by {@link System#nanoTime}; null while it may stay. */
    private @Nullable Long leaveAtNanos;

    private enum Phase {
        /** The log is being read; nothing has been answered. */
        BEGINNING,
        OPEN,
        /** More waits for it than may: it is about to end, and gets nothing any more. */
        OVERFLOWN,
        ENDED
    }

    /** @param queueBytes how many bytes may wait to be sent */
    LiveStream(
            Call call, Services services, StreamLoop loop, Seat seat, Subscriptions.Request request, long queueBytes) {
        this.call = call;
        this.services = services;
        this.loop = loop;
        this.seat = seat;
        this.request = request;
        this.channel = new Channel(request.target().text());
        this.outlet = new Outlet(call.context().request(), loop.executor(), queueBytes);
        this.subscriptions = loop.hub().open(this, call.caller().tenant());
        this.open = new OpenCall(
                call.caller(), ConnectionKind.SSE, services.clock().millis(), loop.executor(), this::dismiss);
    }

    /** The headers of a stream's answer. */
    static HttpServerResponse prepare(HttpServerResponse response) {
        return response.setChunked(true)
                .putHeader("Content-Type", MediaTypes.EVENT_STREAM)
                .putHeader("X-Accel-Buffering", "no");
    }

    void begin() {
        call.context().addEndHandler(over -> gone());
        loop.sweep().add(this);
        services.openConnections().add(open);
        subscriptions.subscribe(request, this);
    }

    @Override
    public void subscribed(ServerMessage message) {
        ServerMessage.Subscribed subscribed = (ServerMessage.Subscribed) message;
        phase = Phase.OPEN;
        epoch = subscribed.newest().epoch();
        prepare(call.context().response());
        long retryMs = ThreadLocalRandom.current().nextLong(MIN_RETRY_MS, MAX_RETRY_MS);
        send(SseEncoder.preamble(retryMs, beginning(subscribed)));
        if (!subscribed.recovered() && !(request.since() instanceof Since.Now)) {
            notify(subscribed);
        }
        if (leaveAtNanos != null) {
            notify(new ServerMessage.Reconnect(0));
        }
    }

    /** Where a client may resume that gets nothing any more; null when it had better ask again as it did. */
    private @Nullable Position beginning(ServerMessage.Subscribed subscribed) {
        if (!subscribed.recovered() || subscribed.replayed() == 0) {
            return subscribed.newest();
        }
        return request.since() instanceof Since.After(Position place) ? place : null;
    }

    @Override
    public void failed(Throwable failure) {
        gone();
        Problem.answer(call.context(), failure);
    }

    @Override
    public Offer offer(Frames frames) {
        if (phase != Phase.OPEN) {
            return Offer.CLOSED;
        }
        return outlet.offer(loop.encoder().events(frames));
    }

    @Override
    public void notify(ServerMessage notice) {
        switch (notice) {
            case ServerMessage.Subscribed anew -> {
                epoch = anew.newest().epoch();
                send("reset", anew.newest(), notice);
            }
            case ServerMessage.Gap gap -> send("gap", new Position(epoch, gap.to()), notice);
            case ServerMessage.TokenExpiring expiring -> send("token_expiring", null, notice);
            case ServerMessage.Reconnect reconnect -> send("reconnect", null, notice);
            default -> throw new IllegalArgumentException("streams know no " + notice);
        }
    }

    private void send(String name, @Nullable Position place, ServerMessage notice) {
        send(SseEncoder.notice(name, place, ServerMessageWriter.payload(notice)));
    }

    private void send(Buffer bytes) {
        if (phase == Phase.OPEN && outlet.offer(bytes) == Offer.FULL) {
            overflow();
        }
    }

    @Override
    public boolean hasRoom() {
        return outlet.hasRoom();
    }

    @Override
    public void overflow() {
        if (phase == Phase.OPEN) {
            phase = Phase.OVERFLOWN;
            // Later, for the hub may be in the middle of serving those who listen to the same channel.
            loop.executor().execute(() -> {
                services.observer().slowConsumer();
                services.observer().limitHit("queue-size");
                end("slow consumer: it did not take what it had asked for", false);
            });
        }
    }

    @Override
    public void tick(long nowNanos, long nowMillis) {
        if (phase != Phase.OPEN) {
            return;
        }
        if (open.isMeasuringDue(nowMillis)) {
            open.isNow(outlet.waiting(), subscriptions.lag());
        }
        long heartbeatNanos = services.settings().heartbeat().toNanos();
        long expiresAt = call.caller().expiresAt();
        if (expiresAt <= nowMillis) {
            end("the token has expired", false);
        } else if (leaveAtNanos != null && nowNanos - leaveAtNanos >= 0) {
            end("service restart", true);
        } else if (outlet.stuckNanos(nowNanos) > 2 * heartbeatNanos) {
            end("nothing was taken for two heartbeats", false);
        } else if (!expiryNoticed && expiresAt - EXPIRY_NOTICE_MS <= nowMillis) {
            expiryNoticed = true;
            notify(new ServerMessage.TokenExpiring(expiresAt));
        } else if (nowNanos - lastPingNanos >= heartbeatNanos) {
            lastPingNanos = nowNanos;
            // A client that wants little, and a proxy that sees little, are told that all is well, and up to where.
            send(SseEncoder.comment("ping", subscriptions.place(channel)));
        }
    }

    @Override
    public void leaveIn(long ms) {
        leaveAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        if (phase == Phase.OPEN) {
            notify(new ServerMessage.Reconnect(ms));
        }
    }

    /** Ends the stream, and says why in a last line that programs pass over. */
    void end(String why, boolean leave) {
        if (phase != Phase.ENDED) {
            LOG.infof("stream of %s at %s ended: %s", Call.subjectOf(call.context()), channel.name(), why);
            outlet.end(SseEncoder.comment(why, null), leave);
            gone();
        }
    }

    /** An operator sends the client away, or its token is no good any more. */
    private void dismiss(CloseCode code, String reason) {
        if (phase == Phase.BEGINNING) {
            failed(OpenCall.refusal(code, reason));
        } else {
            end(reason, false);
        }
    }

    private void gone() {
        if (phase != Phase.ENDED) {
            phase = Phase.ENDED;
            outlet.closed();
            subscriptions.close();
            loop.sweep().remove(this);
            services.openConnections().remove(open);
            seat.giveBack();
        }
    }
}
