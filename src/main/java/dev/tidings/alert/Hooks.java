package dev.tidings.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.alert.AlertObserver.HookOutcome;
import dev.tidings.event.Json;
import dev.tidings.source.http.BoundedBody;
import dev.tidings.source.http.Failures;
import dev.tidings.source.http.HttpClients;
import dev.tidings.source.http.Signature;
import dev.tidings.source.lease.Lease;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls the webhooks of rules, of each alert in its order. What is to be sent is kept in the log until it was taken or given up;
 * the instance that holds the lease sends it, so that a webhook hears of the same twice only when that instance ends, or loses
 * the lease, before it could note that it was taken.
 */
final class Hooks implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Hooks.class);
    private static final int AT_ONCE = 32;
    private static final int LONGEST_ANSWER = 64 << 10;

    private final AlertSettings settings;
    private final Supplier<Lease> leases;
    private final RuleBook book;
    private final Board board;
    private final AlertObserver observer;
    private final Clock clock;
    private final Runnable wake;
    private final Map<Alert, Attempts> attempts = new HashMap<>();
    private final Queue<Result> results = new ConcurrentLinkedQueue<>();
    private @Nullable Lease lease;
    private @Nullable HttpClient client;
    private int underWay;

    /** What has been tried about the oldest notice of an alert. */
    private static final class Attempts {
        private String notice = "";
        private int failures;
        private long nextAt;
        private boolean underWay;
    }

    /** @param failure null when it was taken */
    private record Result(
            Alert alert, Notice notice, @Nullable String failure) {}

    Hooks(
            AlertSettings settings,
            Supplier<Lease> leases,
            RuleBook book,
            Board board,
            AlertObserver observer,
            Clock clock,
            Runnable wake) {
        this.settings = settings;
        this.leases = leases;
        this.book = book;
        this.board = board;
        this.observer = observer;
        this.clock = clock;
        this.wake = wake;
    }

    /** Notes how calls went, and makes those that are due. Only what the log knows is sent. */
    void run() {
        Result result;
        while ((result = results.poll()) != null) {
            note(result);
        }
        attempts.keySet().removeIf(alert -> alert.state().unsent().isEmpty());
        for (Alert alert : board.unsent()) {
            AlertRule rule = book.rule(alert.key());
            if (rule == null || rule.hook() == null) {
                board.change(alert, alert.state().withoutHook());
            } else if (underWay < AT_ONCE && !board.isChanged(alert) && isHeld()) {
                send(rule, rule.hook(), alert);
            }
        }
    }

    private boolean isHeld() {
        if (lease == null) {
            lease = leases.get();
        }
        return lease.term() != Lease.NOT_HELD;
    }

    private void send(AlertRule rule, RuleHook hook, Alert alert) {
        Notice notice = alert.state().unsent().getFirst();
        Attempts tried = attempts.computeIfAbsent(alert, first -> new Attempts());
        if (!tried.notice.equals(notice.id()) && !tried.underWay) {
            tried.notice = notice.id();
            tried.failures = 0;
            tried.nextAt = 0;
        }
        if (tried.underWay || clock.millis() < tried.nextAt) {
            return;
        }
        tried.underWay = true;
        underWay++;
        if (client == null) {
            client = HttpClients.withoutRedirects();
        }
        CompletableFuture<HttpResponse<Optional<byte[]>>> response =
                call(client, hook, request(rule, hook, alert.key(), notice));
        var unused = response.copy()
                .orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    response.cancel(true);
                    results.add(new Result(alert, notice, reason(answer, failure)));
                    wake.run();
                });
    }

    /** Where the operator has said which hosts there may be, these may be anywhere. */
    private CompletableFuture<HttpResponse<Optional<byte[]>>> call(
            HttpClient through, RuleHook hook, HttpRequest request) {
        CompletionStage<Void> allowed = settings.hosts().isEmpty()
                ? Reachable.check(hook.url().getHost())
                : CompletableFuture.completedStage(null);
        return allowed.thenCompose(yes -> through.sendAsync(request, BoundedBody.upTo(LONGEST_ANSWER)))
                .toCompletableFuture();
    }

    private @Nullable String reason(@Nullable HttpResponse<?> answer, @Nullable Throwable failure) {
        if (answer != null) {
            return answer.statusCode() / 100 == 2 ? null : "answered with status " + answer.statusCode();
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Reachable.Refused refused) {
            return refused.getMessage();
        }
        return cause instanceof TimeoutException
                ? Failures.tooSlow(settings.timeout())
                : Failures.reason(cause, settings.timeout());
    }

    private HttpRequest request(AlertRule rule, RuleHook hook, AlertKey key, Notice notice) {
        byte[] body = body(rule, key, notice);
        HttpRequest.Builder request = HttpRequest.newBuilder(hook.url())
                .timeout(settings.timeout())
                .setHeader("Content-Type", "application/json")
                .setHeader("User-Agent", "tidings")
                .setHeader("Tidings-Event", notice.id());
        if (hook.secret() != null) {
            request.setHeader(Signature.HEADER, Signature.of(body, hook.secret()));
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    /** With the time of sending, so that a receiver can refuse what is old, and was sent before. */
    private byte[] body(AlertRule rule, AlertKey key, Notice notice) {
        ObjectNode body = notice.payload(key.channel().name());
        body.put("event", notice.type())
                .put("id", notice.id())
                .put("tenant", key.tenant())
                .put("rule", rule.id())
                .put("severity", rule.severity().text())
                .put("at", notice.at())
                .put("timestamp", clock.millis());
        if (notice.cause() != null) {
            body.put("cause", notice.cause());
        }
        return Json.of(body).utf8();
    }

    private void note(Result result) {
        underWay--;
        Alert alert = result.alert();
        Notice notice = result.notice();
        Attempts tried = attempts.computeIfAbsent(alert, first -> new Attempts());
        tried.underWay = false;
        if (result.failure() == null) {
            observer.called(HookOutcome.DELIVERED);
            settle(alert, notice, null);
            return;
        }
        tried.failures++;
        if (tried.failures < settings.attempts()) {
            observer.called(HookOutcome.FAILED);
            long most = settings.backoffAfter(tried.failures).toMillis();
            tried.nextAt =
                    clock.millis() + most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
            return;
        }
        observer.called(HookOutcome.GIVEN_UP);
        LOG.warnf(
                "the webhook of rule %s of %s was called %d times about %s of %s and is not called again: it %s",
                alert.key().rule(),
                alert.key().tenant(),
                tried.failures,
                notice.type(),
                alert.key().channel(),
                result.failure());
        settle(alert, notice, undelivered(alert, notice, "the webhook " + result.failure()));
    }

    private void settle(Alert alert, Notice notice, @Nullable Notice more) {
        alert.noteSent(notice);
        board.change(alert, alert.state().sent(notice, more));
    }

    private Notice undelivered(Alert alert, Notice notice, String reason) {
        return new Notice(
                Notice.idOf(
                        "undelivered", alert.key().rule(), alert.key().channel().name(), notice.id()),
                Notice.UNDELIVERED,
                notice.value(),
                notice.since(),
                notice.id(),
                clock.millis(),
                new Notice.Note("reason", reason));
    }

    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
        if (client != null) {
            client.shutdownNow();
        }
    }
}
