package dev.tidings.connection.ws;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed upon with a client that offers permessage-deflate (RFC 7692). What it is sent is always compressed message
 * by message, so that one result serves many connections.
 *
 * @param clientContext true when the client may refer to its earlier messages, which costs a window of memory; clients that
 *     can do without are asked to
 */
record Compression(boolean clientContext) {
    static final String HEADER = "Sec-WebSocket-Extensions";

    private static final String EXTENSION = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";

    /** What a client may ask for along with it. Not server_max_window_bits: all are sent the same. */
    private static final Set<String> POSSIBLE =
            Set.of(EXTENSION, SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT, "client_max_window_bits");

    /** The first of the client's offers that is possible; null when none is. */
    static @Nullable Compression of(List<String> headers) {
        for (String header : headers) {
            for (String offer : header.split(",", -1)) {
                Set<String> names = names(offer);
                if (names.contains(EXTENSION) && POSSIBLE.containsAll(names)) {
                    return new Compression(!names.contains(CLIENT_NO_CONTEXT));
                }
            }
        }
        return null;
    }

    private static Set<String> names(String offer) {
        Set<String> names = new HashSet<>();
        for (String part : offer.split(";", -1)) {
            names.add(part.split("=", 2)[0].trim().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /** The header of the answer. */
    String answer() {
        String answer = EXTENSION + "; " + SERVER_NO_CONTEXT;
        return clientContext ? answer : answer + "; " + CLIENT_NO_CONTEXT;
    }
}
