package dev.tidings.source.http;

import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a server has not answered, in words that may be published: they do not name its address. */
public final class Failures {
    private Failures() {}

    /** @param timeout how long the server was given */
    public static String reason(@Nullable Throwable failure, Duration timeout) {
        Throwable cause = failure == null ? null : failure.getCause();
        if (cause instanceof UnresolvedAddressException) {
            return "cannot be reached: the name of its host is not known";
        }
        return switch (failure) {
            case HttpTimeoutException late -> tooSlow(timeout);
            case ConnectException refused -> "cannot be reached: no connection";
            case SSLException tls -> "cannot be reached: TLS failed";
            case null, default -> "cannot be reached: the connection broke";
        };
    }

    /** What is said of one that took longer. */
    public static String tooSlow(Duration timeout) {
        return "did not answer within " + timeout.toMillis() + " ms";
    }
}
