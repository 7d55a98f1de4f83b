package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.operator.OpenConnection;
import dev.tidings.protocol.CloseCode;
import java.util.concurrent.Executor;

/** A session as operators see it: what others may know of it without asking its loop. */
final class OpenSession implements OpenConnection {
    private final Session session;
    private final ConnectionKind kind;
    private final long since;
    private final Executor loop;
    private volatile Caller caller;
    private volatile Load load = Load.NONE;

    OpenSession(Session session, ConnectionKind kind, long since, Caller caller, Executor loop) {
        this.session = session;
        this.kind = kind;
        this.since = since;
        this.caller = caller;
        this.loop = loop;
    }

    void isNow(Caller renewed) {
        caller = renewed;
    }

    void isNow(Load measured) {
        if (!measured.equals(load)) {
            load = measured;
        }
    }

    @Override
    public String id() {
        return session.id();
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
        loop.execute(() -> session.dismiss(code, reason));
    }
}
