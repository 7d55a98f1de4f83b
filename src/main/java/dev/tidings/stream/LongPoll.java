package dev.tidings.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import dev.tidings.api.event.EventsQuery;
import dev.tidings.api.event.History;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.LiveConnection;
import dev.tidings.connection.Services;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriber;
import dev.tidings.hub.Subscriptions;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.ClientMessage.Wish;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One long poll: reads the log and, while there is nothing, waits until the hub says that there is, to read it again. So an
 * answer is what history would have answered at that moment, and never part of it. Used on the request's loop only.
 */
final class LongPoll implements Subscriber, Reply, LiveConnection {
    private final Call call;
    private final Services services;
    private final StreamLoop loop;
    private final Seat seat;
    private final ChannelKey key;
    private final Range range;
    private final long deadlineNanos;
    private final Subscriptions subscriptions;
    private final OpenCall open;
    private boolean subscribed;
    private boolean reading;

    /** Something came while the log was being read. */
    private boolean readAgain;

    /** The next reading is answered, whatever it brings. */
    private boolean last;

    /** The client had better use another connection next time. */
    private boolean leaving;

    private boolean over;

    /** @param waitMs how long to wait for something when there is nothing */
    LongPoll(Call call, Services services, StreamLoop loop, Seat seat, ChannelKey key, EventsQuery query, long waitMs) {
        this.call = call;
        this.services = services;
        this.loop = loop;
        this.seat = seat;
        this.key = key;
        this.range = query.range();
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        this.last = waitMs == 0;
        this.subscriptions = loop.hub().open(this, key.tenant());
        this.open = new OpenCall(
                call.caller(), ConnectionKind.LONG_POLL, services.clock().millis(), loop.executor(), this::dismiss);
    }

    void begin() {
        call.context().addEndHandler(ended -> end());
        loop.sweep().add(this);
        services.openConnections().add(open);
        read();
    }

    private void read() {
        reading = true;
        var unused = services.log()
                .read(key, range)
                .whenComplete((slice, failure) -> loop.executor().execute(() -> take(slice, failure)));
    }

    private void take(@Nullable Slice slice, @Nullable Throwable failure) {
        reading = false;
        if (over) {
            return;
        }
        if (slice == null) {
            fail(failure);
        } else if (!slice.events().isEmpty() || !History.reachesBack(range, slice)) {
            answer(slice);
        } else if (readAgain) {
            readAgain = false;
            read();
        } else if (last) {
            answer(slice);
        } else if (!subscribed) {
            subscribed = true;
            subscribe(slice.head().newest());
        }
    }

    /** After what was read, so that nothing falls between. */
    private void subscribe(Position place) {
        ChannelPattern target = ChannelPattern.exactly(key.channel());
        Filter filter = new Filter(range.events(), null);
        subscriptions.subscribe(
                new Subscriptions.Request(target, filter, new Since.After(place), Wish.NO, false), this);
    }

    @Override
    public void subscribed(ServerMessage message) {
        if (message instanceof ServerMessage.Subscribed begun && !begun.recovered()) {
            wake();
        }
    }

    @Override
    public void failed(Throwable failure) {
        fail(failure);
    }

    @Override
    public Offer offer(Frames frames) {
        wake();
        return Offer.ACCEPTED;
    }

    @Override
    public void notify(ServerMessage notice) {
        wake();
    }

    private void wake() {
        if (over) {
            return;
        }
        if (reading) {
            readAgain = true;
        } else {
            read();
        }
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void overflow() {
        // It is woken, however much there is: it has read all of it then.
        wake();
    }

    @Override
    public void tick(long nowNanos, long nowMillis) {
        if (nowNanos - deadlineNanos >= 0 || call.caller().expiresAt() <= nowMillis) {
            finish();
        }
    }

    @Override
    public void leaveIn(long ms) {
        leaving = true;
        finish();
    }

    /** Answers with what there is. */
    void finish() {
        if (!last) {
            last = true;
            wake();
        }
    }

    private void answer(Slice slice) {
        byte[] json;
        try {
            json = Json.MAPPER.writeValueAsBytes(History.of(range, slice));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        HttpServerRequest request = call.context().request();
        HttpServerResponse response = request.response().putHeader("Content-Type", MediaTypes.JSON);
        boolean close = leaving && request.version() != HttpVersion.HTTP_2;
        if (close) {
            response.putHeader("Connection", "close");
        }
        end();
        response.end(Buffer.buffer(json)).onComplete(sent -> {
            if (close) {
                request.connection().close();
            }
        });
    }

    /** An operator sends the client away, or its token is no good any more. */
    private void dismiss(CloseCode code, String reason) {
        if (!over) {
            fail(OpenCall.refusal(code, reason));
        }
    }

    private void fail(@Nullable Throwable failure) {
        end();
        Problem.answer(call.context(), failure == null ? new IllegalStateException("no answer") : failure);
    }

    private void end() {
        if (!over) {
            over = true;
            subscriptions.close();
            loop.sweep().remove(this);
            services.openConnections().remove(open);
            seat.giveBack();
        }
    }
}
