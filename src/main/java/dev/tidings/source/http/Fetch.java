package dev.tidings.source.http;

import dev.tidings.source.poll.SourceUnavailable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Gets one document again and again, and its bytes only when they changed, if the server can tell.
 *
 * <p>No reason it gives for a failure names the address or anything from the answer but its status: reasons are published.
 */
final class Fetch {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int NOT_MODIFIED = 304;
    private static final int MAX_REDIRECTS = 5;

    private final HttpTarget target;
    private final HttpClient client;

    private @Nullable String etag;
    private @Nullable String lastModified;
    private boolean conditional;

    /** @param client one that follows no redirects */
    Fetch(HttpTarget target, HttpClient client) {
        this.target = target;
        this.client = client;
    }

    /** The document; nothing when it is the one last got and {@linkplain #understood understood}. */
    Optional<byte[]> get() throws SourceUnavailable, InterruptedException {
        long deadline = System.nanoTime() + target.timeout().toNanos();
        HttpResponse<Optional<byte[]>> response = send(target.url(), deadline);
        URI at = target.url();
        for (int redirects = 0; REDIRECTS.contains(response.statusCode()); redirects++) {
            if (redirects == MAX_REDIRECTS) {
                throw new SourceUnavailable("redirected more than " + MAX_REDIRECTS + " times");
            }
            at = redirection(at, response);
            response = send(at, deadline);
        }
        int status = response.statusCode();
        if (status == NOT_MODIFIED && conditional) {
            return Optional.empty();
        }
        if (status != 200) {
            throw new SourceUnavailable("answered with status " + status);
        }
        byte[] body = response.body()
                .orElseThrow(() -> new SourceUnavailable("the answer is larger than " + target.maxSize() + " bytes"));
        conditional = false;
        etag = response.headers().firstValue("ETag").orElse(null);
        lastModified = response.headers().firstValue("Last-Modified").orElse(null);
        return Optional.of(body);
    }

    /** The document last got was of use: it need not come again. */
    void understood() {
        conditional = etag != null || lastModified != null;
    }

    private HttpResponse<Optional<byte[]>> send(URI url, long deadline) throws SourceUnavailable, InterruptedException {
        CompletableFuture<HttpResponse<Optional<byte[]>>> response =
                client.sendAsync(request(url), BoundedBody.upTo(target.maxSize()));
        try {
            return response.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SourceUnavailable(Failures.tooSlow(target.timeout()));
        } catch (ExecutionException e) {
            throw new SourceUnavailable(Failures.reason(e.getCause(), target.timeout()));
        } finally {
            response.cancel(true);
        }
    }

    private HttpRequest request(URI url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .GET()
                .timeout(Duration.ofMillis(Math.max(1, target.timeout().toMillis())))
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", "tidings");
        if (conditional) {
            if (etag != null) {
                request.setHeader("If-None-Match", etag);
            }
            if (lastModified != null) {
                request.setHeader("If-Modified-Since", lastModified);
            }
        }
        target.headers().forEach(request::setHeader);
        return request.build();
    }

    /** Where it leads, if it may be followed: the headers may hold secrets that are meant for this host only. */
    private static URI redirection(URI from, HttpResponse<?> response) throws SourceUnavailable {
        URI to;
        try {
            to = from.resolve(response.headers().firstValue("Location").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new SourceUnavailable("redirected to what is no address");
        }
        boolean sameHost = to.getHost() != null && to.getHost().equalsIgnoreCase(from.getHost());
        boolean samePlace = scheme(to).equals(scheme(from)) && port(to) == port(from);
        boolean upgrade = scheme(from).equals("http") && scheme(to).equals("https");
        if (!sameHost || !(samePlace || upgrade)) {
            throw new SourceUnavailable("redirected to another host");
        }
        return to;
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return scheme(url).equals("https") ? 443 : 80;
    }

    private static String scheme(URI url) {
        return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    }
}
