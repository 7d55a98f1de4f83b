package dev.tidings.stream;

import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.operator.OpenConnection;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** A stream or a long poll as operators see it: what others may know of it without asking its loop. */
final class OpenCall implements OpenConnection {
    private static final long MEASURE_MS = 500;

    private final String id = UUID.randomUUID().toString();
    private final Caller caller;
    private final ConnectionKind kind;
    private final long since;
    private final Executor loop;
    private final BiConsumer<CloseCode, String> end;
    private long measuredAt;
    private volatile Load load = new Load(1, 0, 0);

    /** @param end ends it, on its loop; does nothing when it has ended */
    OpenCall(Caller caller, ConnectionKind kind, long since, Executor loop, BiConsumer<CloseCode, String> end) {
        this.caller = caller;
        this.kind = kind;
        this.since = since;
        this.loop = loop;
        this.end = end;
    }

    /** True now and then: how it is doing is to be measured. On its loop only. */
    boolean isMeasuringDue(long nowMillis) {
        if (nowMillis - measuredAt < MEASURE_MS) {
            return false;
        }
        measuredAt = nowMillis;
        return true;
    }

    /** What is answered when there is no answer yet that could end. */
    static Refused refusal(CloseCode code, String reason) {
        return new Refused(code == CloseCode.UNAUTHENTICATED ? ErrorCode.UNAUTHENTICATED : ErrorCode.FORBIDDEN, reason);
    }

    void isNow(long queuedBytes, long lag) {
        Load measured = new Load(1, queuedBytes, lag);
        if (!measured.equals(load)) {
            load = measured;
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public String transport() {
        return kind.text();
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public Load load() {
        return load;
    }

    @Override
    public void disconnect(CloseCode code, String reason) {
        loop.execute(() -> end.accept(code, reason));
    }
}
