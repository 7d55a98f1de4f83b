package dev.tidings.api.call;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.Map;

/** Ends a call with a problem. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Refusal refusal;
    private final transient Map<String, String> headers;

    /** A refusal with the status that its code has. */
    public Refused(ErrorCode code, String message) {
        this(new Refusal(code, message));
    }

    public Refused(Refusal refusal) {
        this(Problem.statusOf(refusal.code()), refusal, Map.of());
    }

    /**
     * A refusal that only HTTP knows.
     *
     * @param headers to be sent with it, such as what would be allowed
     */
    public Refused(int status, Refusal refusal, Map<String, String> headers) {
        super(refusal.message(), null, false, false);
        this.status = status;
        this.refusal = refusal;
        this.headers = Map.copyOf(headers);
    }

    int status() {
        return status;
    }

    public Refusal refusal() {
        return refusal;
    }

    Map<String, String> headers() {
        return headers;
    }
}
