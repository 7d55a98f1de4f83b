package dev.tidings.device.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.DeviceDriver;
import dev.tidings.device.Driven;
import dev.tidings.device.Reports;
import dev.tidings.device.Rounds;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.source.http.BoundedBody;
import dev.tidings.source.http.Failures;
import dev.tidings.source.lease.Lease;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives devices by HTTP: a change is a POST of the members that are to change; a GET answers how the device is.
 *
 * <p>An answer that is an object says how the device is now; with any other the change counts as done as it was asked for. What is
 * said of failures names neither the address nor anything of the answer but its status: callers are told.
 */
public final class HttpDriver implements DeviceDriver {
    /** The header with the id of the change, by which a device knows one that it has had. */
    static final String ID_HEADER = "Tidings-Control";

    private final String name;
    private final HttpDevices devices;
    private final HttpClient client;
    private final Supplier<Lease> lease;
    private @Nullable Rounds rounds;

    /**
     * @param client one that follows no redirects: they could lead anywhere
     * @param lease asked for when devices are to be asked again and again, which one instance does
     */
    public HttpDriver(String name, HttpDevices devices, HttpClient client, Supplier<Lease> lease) {
        this.name = "http:" + name;
        this.devices = devices;
        this.client = client;
        this.lease = lease;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Driven> drive(Order order) {
        Optional<URI> place = devices.of(order.deviceId());
        if (place.isEmpty()) {
            return CompletableFuture.completedStage(new Driven.Unreachable("has an id that is no part of an address"));
        }
        HttpRequest request = request(place.get())
                .setHeader("Content-Type", "application/json")
                .setHeader(ID_HEADER, order.id())
                .POST(BodyPublishers.ofByteArray(Json.of(order.change()).utf8()))
                .build();
        CompletableFuture<HttpResponse<Optional<byte[]>>> response =
                client.sendAsync(request, BoundedBody.upTo(devices.maxSize()));
        CompletableFuture<Driven> driven = response.copy().handle((answer, failure) -> {
            if (answer != null) {
                return driven(order, answer);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return new Driven.Unreachable(Failures.reason(cause, order.patience()));
        });
        // Whoever gives the order up gives the request up.
        var unused = driven.whenComplete((done, failure) -> response.cancel(true));
        return driven;
    }

    private HttpRequest.Builder request(URI place) {
        HttpRequest.Builder request = HttpRequest.newBuilder(place);
        devices.headers().forEach(request::setHeader);
        return request.setHeader("Accept", "application/json").setHeader("User-Agent", "tidings");
    }

    private Driven driven(Order order, HttpResponse<Optional<byte[]>> answer) {
        int status = answer.statusCode();
        if (status / 100 == 4) {
            return new Driven.Declined("it answered with status " + status);
        }
        if (status / 100 != 2) {
            return new Driven.Unreachable("answered with status " + status);
        }
        if (answer.body().isEmpty()) {
            return new Driven.Unreachable("answered with more than " + devices.maxSize() + " bytes");
        }
        try {
            ObjectNode report = report(answer.body().get());
            return new Driven.Done(report == null ? order.change() : report);
        } catch (Invalid invalid) {
            return new Driven.Unreachable("answered with what is not JSON");
        }
    }

    private static @Nullable ObjectNode report(byte[] body) {
        JsonNode tree = body.length == 0 ? null : Json.parse(body).tree();
        return tree instanceof ObjectNode report ? report : null;
    }

    @Override
    public synchronized void start(Reports reports) {
        Duration interval = devices.interval().orElse(null);
        if (interval != null && rounds == null) {
            rounds = new Rounds(name, interval, lease.get(), reports, device -> {
                var unused = reports.look(device, state -> ask(device));
            });
            rounds.start();
        }
    }

    /** How a device is; fails when it does not say. */
    private CompletionStage<ObjectNode> ask(String device) {
        Optional<URI> place = devices.of(device);
        if (place.isEmpty()) {
            return CompletableFuture.failedStage(new Reports.NoAnswer("has an id that is no part of an address"));
        }
        CompletableFuture<HttpResponse<Optional<byte[]>>> response =
                client.sendAsync(request(place.get()).GET().build(), BoundedBody.upTo(devices.maxSize()));
        return response.copy()
                .orTimeout(devices.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> response.cancel(true))
                .thenCompose(this::state)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(silence(failure)));
    }

    private CompletionStage<ObjectNode> state(HttpResponse<Optional<byte[]>> answer) {
        if (answer.statusCode() != 200) {
            return CompletableFuture.failedStage(new Reports.NoAnswer("answered with status " + answer.statusCode()));
        }
        if (answer.body().isEmpty()) {
            return CompletableFuture.failedStage(
                    new Reports.NoAnswer("answered with more than " + devices.maxSize() + " bytes"));
        }
        ObjectNode report = report(answer.body().get());
        return report == null
                ? CompletableFuture.failedStage(new Reports.NoAnswer("answered with what is no object"))
                : CompletableFuture.completedStage(report);
    }

    private Reports.NoAnswer silence(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case Reports.NoAnswer silent -> silent;
            case Invalid noJson -> new Reports.NoAnswer("answered with what is not JSON");
            case TimeoutException late -> new Reports.NoAnswer(Failures.tooSlow(devices.timeout()));
            default -> new Reports.NoAnswer(Failures.reason(cause, devices.timeout()));
        };
    }

    @Override
    public synchronized void close() {
        if (rounds != null) {
            rounds.close();
            rounds = null;
        }
    }
}
