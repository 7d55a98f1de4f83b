package dev.tidings.source.http;

import java.net.http.HttpClient;
import java.util.concurrent.Executors;

/** Clients for servers that somebody has named. */
public final class HttpClients {
    private HttpClients() {}

    /** One that follows no redirects: they could lead anywhere. It has a thread of its own, and is to be shut down. */
    public static HttpClient withoutRedirects() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                // Asking for HTTP/2 on a plain connection confuses servers that have never heard of it.
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }
}
