package dev.tidings.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/**
 * What a call is known by in its answer and in the log: the caller's own {@code X-Request-Id}, if it has 1 to 64 of
 * {@code [A-Za-z0-9._-]}, else one made up.
 */
record RequestId(String text) {
    static final String HEADER = "X-Request-Id";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String PROPERTY = RequestId.class.getName();

    static RequestId of(ContainerRequestContext request) {
        if (request.getProperty(PROPERTY) instanceof RequestId known) {
            return known;
        }
        String given = request.getHeaderString(HEADER);
        boolean usable = given != null && FORM.matcher(given).matches();
        RequestId id = new RequestId(usable ? given : UUID.randomUUID().toString());
        request.setProperty(PROPERTY, id);
        return id;
    }

    /** Puts it on the log lines that this call leads to. */
    void note() {
        MDC.put("correlation", text);
    }
}
