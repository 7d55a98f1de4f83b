package dev.tidings.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that answers what a test says, by path, and can go and come back. */
public final class Endpoint implements AutoCloseable {
    /** A request as it came. */
    public record Asked(String path, Map<String, List<String>> headers) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final int port;
    private HttpServer server;

    public Endpoint() {
        server = listen(0);
        port = server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public Endpoint answer(String path, HttpHandler handler) {
        answers.put(path, handler);
        return this;
    }

    /** Answers with this document, single quotes for double ones. */
    public Endpoint answer(String path, String json) {
        return answer(path, exchange -> respond(exchange, 200, json.replace('\'', '"')));
    }

    public static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The requests for a path so far. */
    public List<Asked> asked(String path) {
        return asked.stream().filter(each -> each.path().equals(path)).toList();
    }

    public void goAway() {
        server.stop(0);
    }

    public void comeBack() {
        server = listen(port);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpServer listen(int at) {
        try {
            HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            listening.setExecutor(threads);
            listening.createContext("/", exchange -> {
                String path = exchange.getRequestURI().getPath();
                asked.add(new Asked(path, Map.copyOf(exchange.getRequestHeaders())));
                try (exchange) {
                    answers.get(path).handle(exchange);
                }
            });
            listening.start();
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
