package dev.tidings.stream;

import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Services;
import dev.tidings.protocol.ErrorCode;

/** One of the connections that may be open at a time: taken when it begins, given back once, when it ends. */
final class Seat {
    private final Admission admission;
    private final ConnectionKind kind;
    private final Caller caller;
    private boolean taken = true;

    private Seat(Admission admission, ConnectionKind kind, Caller caller) {
        this.admission = admission;
        this.kind = kind;
        this.caller = caller;
    }

    /** @throws Refused when the server or the caller has as many connections as they may */
    static Seat take(Services services, ConnectionKind kind, Caller caller) {
        Admission admission = services.admission();
        if (!admission.enter(kind)) {
            services.observer().limitHit("connections");
            throw new Refused(ErrorCode.UNAVAILABLE, "the server has as many connections as it takes");
        }
        if (!admission.enter(caller)) {
            admission.leave(kind);
            services.observer().limitHit("connections-per-subject");
            throw new Refused(
                    ErrorCode.RATE_LIMITED, "too many connections of this subject: streams and waiting polls are some");
        }
        return new Seat(admission, kind, caller);
    }

    Caller caller() {
        return caller;
    }

    void giveBack() {
        if (taken) {
            taken = false;
            admission.leave(caller);
            admission.leave(kind);
        }
    }
}
