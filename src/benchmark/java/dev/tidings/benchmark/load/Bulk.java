package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Plan.Phase;
import dev.tidings.benchmark.load.Plan.Publishing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Posts many events in each call, as NDJSON: some calls at a time, each followed by the next, all lines answered. */
final class Bulk {
    /** Lines in a call. */
    private static final int LINES = 1_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Plan plan;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean over;

    Bulk(Plan plan) {
        this.plan = plan;
    }

    void run(Consumer<Map<String, Object>> rows) throws InterruptedException {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < plan.publishing().connections(); i++) {
                int first = i;
                callers.execute(() -> call(first));
            }
            for (Phase phase : plan.phases()) {
                TimeUnit.MILLISECONDS.sleep((long) (phase.settle() * 1_000));
                Map<String, Object> row = measure(phase);
                if (!phase.name().isEmpty()) {
                    rows.accept(row);
                }
            }
            over = true;
        }
    }

    private Map<String, Object> measure(Phase phase) throws InterruptedException {
        long begin = System.nanoTime();
        long before = accepted.sum();
        long cpu = Usage.cpuMicros(plan.servers());
        TimeUnit.MILLISECONDS.sleep((long) (phase.seconds() * 1_000));
        double seconds = (System.nanoTime() - begin) / 1e9;
        long count = accepted.sum() - before;
        double used = Usage.cpuMicros(plan.servers()) - cpu;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", phase.name());
        row.put("channels", plan.channelCount());
        row.put("calls", plan.publishing().connections());
        row.put("lines_per_call", LINES);
        row.put("seconds", seconds);
        row.put("accepted_per_s", count / seconds);
        row.put("server_cpu_us_per_event", count == 0 ? -1 : used / count);
        row.put("server_cpu_percent", used / seconds / 1e4);
        row.put("refused", refused.sum());
        return row;
    }

    private void call(int first) {
        Publishing how = plan.publishing();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + how.port() + how.path()));
        how.headers().forEach(request::header);
        long number = 0;
        while (!over) {
            try {
                byte[] lines = lines(first, number);
                number += LINES;
                HttpResponse<String> answer = client.send(
                        request.POST(BodyPublishers.ofByteArray(lines)).build(), BodyHandlers.ofString());
                count(answer);
            } catch (IOException e) {
                refused.increment();
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void count(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            refused.add(LINES);
            return;
        }
        long good = answer.body()
                .lines()
                .filter(line -> line.contains("\"offset\""))
                .count();
        accepted.add(good);
        refused.add(LINES - good);
    }

    private byte[] lines(int first, long number) {
        byte[] data = new byte[plan.size()];
        ByteArrayOutputStream out = new ByteArrayOutputStream(LINES * (plan.size() + 100));
        for (int i = 0; i < LINES; i++) {
            Message.write(data, 0, data.length, 0, number + i);
            String line = plan.filled(plan.publishing().body(), (first + i) % plan.channelCount())
                    .replace("{data}", new String(data, StandardCharsets.ISO_8859_1));
            out.writeBytes(Message.ascii(line));
            out.write('\n');
        }
        return out.toByteArray();
    }
}
