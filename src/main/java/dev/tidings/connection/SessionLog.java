package dev.tidings.connection;

import dev.tidings.auth.Caller;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Log lines about one connection. Each carries the connection, its subject and tenant and, where there is one, the id of the
 * message it is about, as members of the line's context as well as in its text. Nothing a client keeps secret is logged.
 */
final class SessionLog {
    private static final Logger LOG = Logger.getLogger("dev.tidings.connection");

    private final String connection;
    private String who = "";

    SessionLog(String connection) {
        this.connection = connection;
    }

    void isNow(Caller caller) {
        who = " of " + caller.subject() + "@" + caller.tenant();
    }

    void info(String what) {
        log(Logger.Level.INFO, null, what, null);
    }

    void debug(String what) {
        if (LOG.isDebugEnabled()) {
            log(Logger.Level.DEBUG, null, what, null);
        }
    }

    /** That a message came, by its type; what is in it is nobody's business. */
    void heard(@Nullable String messageId, String type) {
        if (LOG.isDebugEnabled()) {
            log(Logger.Level.DEBUG, messageId, type.toLowerCase(Locale.ROOT), null);
        }
    }

    void error(@Nullable String messageId, String what, @Nullable Throwable failure) {
        log(Logger.Level.ERROR, messageId, what, failure);
    }

    private void log(Logger.Level level, @Nullable String messageId, String what, @Nullable Throwable failure) {
        // A client chose this id: it must not be able to forge a line.
        String correlation = messageId == null ? "" : messageId.replaceAll("\\p{Cntrl}", "?");
        MDC.put("connection", connection);
        MDC.put("subject", who.isEmpty() ? "" : who.substring(" of ".length()));
        MDC.put("correlation", correlation);
        try {
            String about = correlation.isEmpty() ? "" : ", message " + correlation;
            LOG.log(level, "connection " + connection + who + about + ": " + what, failure);
        } finally {
            MDC.remove("connection");
            MDC.remove("subject");
            MDC.remove("correlation");
        }
    }
}
