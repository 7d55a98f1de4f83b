package dev.tidings.api.operator;

import dev.tidings.api.call.Call;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Log lines about what operators did: who it was and by which call. */
final class OperatorLog {
    private static final Logger LOG = Logger.getLogger("dev.tidings.operator");

    private OperatorLog() {}

    /** @param what happened; what a client chose of it has no control characters */
    static void info(Call call, String what) {
        MDC.put("correlation", call.id());
        MDC.put("subject", call.from());
        try {
            LOG.infof("call %s of %s: %s", call.id(), call.from(), what);
        } finally {
            MDC.remove("correlation");
            MDC.remove("subject");
        }
    }
}
