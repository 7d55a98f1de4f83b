package dev.tidings.api.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.event.Json;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events being published. One batch is on its way at a time; what is read meanwhile makes the next. When so much
 * waits, because the log or the reader of the answers is slower than the sender, no more is read. On the request's event loop.
 */
final class Publication implements Lines.Reader {
    private static final Logger LOG = Logger.getLogger("dev.tidings.api");
    private static final int AT_ONCE = 512;
    private static final int MAX_WAITING = 1_000;
    private static final long MAX_WAITING_BYTES = 256 * 1024;

    private final Call call;
    private final Publishing publishing;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context loop;
    private final Lines lines;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean paused;
    private boolean publishingNow;
    private boolean ended;
    private boolean gone;

    private record Waiting(Publishing.Item item, int bytes) {}

    Publication(Call call, Publishing publishing) {
        this.call = call;
        this.publishing = publishing;
        this.request = call.context().request();
        this.response = call.context().response();
        this.loop = call.context().vertx().getOrCreateContext();
        this.lines = new Lines(publishing.maxBytes(), this);
    }

    /** Begins to read and to answer. */
    void begin() {
        response.setChunked(true).putHeader("Content-Type", MediaTypes.NDJSON);
        response.drainHandler(drained -> publishNext());
        call.context().addEndHandler(over -> gone = true);
        request.exceptionHandler(failure -> gone = true);
        request.handler(this::take);
        request.endHandler(end -> {
            lines.end();
            ended = true;
            publishNext();
        });
        Call.allowBody(request);
    }

    private void take(Buffer chunk) {
        lines.feed(chunk.getBytes());
        if (waitingBytes > MAX_WAITING_BYTES || waiting.size() > MAX_WAITING) {
            paused = true;
            request.pause();
        }
        publishNext();
    }

    @Override
    public void line(long number, byte[] bytes) {
        add(publishing.read(call.caller(), bytes, number, EventBody::read), bytes.length);
    }

    @Override
    public void tooLong(long number) {
        add(publishing.tooLarge(number), 0);
    }

    private void add(Publishing.Item item, int bytes) {
        waiting.add(new Waiting(item, bytes));
        waitingBytes += bytes;
    }

    private void publishNext() {
        if (publishingNow || gone || response.writeQueueFull()) {
            return;
        }
        if (waiting.isEmpty()) {
            if (ended && !response.ended()) {
                response.end();
            }
            return;
        }
        publishingNow = true;
        publishing
                .publish(nextBatch())
                .whenComplete((results, failure) -> loop.runOnContext(now -> answer(results, failure)));
    }

    private List<Publishing.Item> nextBatch() {
        List<Publishing.Item> batch = new ArrayList<>();
        while (batch.size() < AT_ONCE && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            waitingBytes -= next.bytes();
            batch.add(next.item());
        }
        if (paused && !gone) {
            paused = false;
            request.resume();
        }
        return batch;
    }

    private void answer(@Nullable List<Result> results, @Nullable Throwable failure) {
        publishingNow = false;
        if (gone) {
            return;
        }
        if (results == null) {
            // The status has been sent: an answer that breaks off is all that can still be said.
            LOG.error("a stream of events failed", failure);
            gone = true;
            request.connection().close();
            return;
        }
        Buffer answer = Buffer.buffer();
        results.forEach(result -> answer.appendBytes(json(result)).appendByte((byte) '\n'));
        response.write(answer);
        publishNext();
    }

    private static byte[] json(Result result) {
        try {
            return Json.MAPPER.writeValueAsBytes(result);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
