package dev.tidings.benchmark.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The load generator, a process of its own: takes a file with a {@link Plan} and prints a line of JSON for each thing
 * measured. Everything but NDJSON is done by one thread.
 */
public final class Generator {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Generator() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Plan plan = JSON.readValue(Path.of(arguments[0]).toFile(), Plan.class);
        try {
            run(plan);
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        // Threads of an HTTP client would keep it.
        System.exit(0);
    }

    private static void run(Plan plan) throws IOException, InterruptedException {
        Loop loop = new Loop();
        switch (plan.kind()) {
            case LOAD -> {
                Fleet fleet = new Fleet(loop, plan);
                fleet.connect();
                new Load(loop, plan, fleet).run(Generator::print);
            }
            case HOLD -> hold(loop, plan);
            case STORM -> storm(loop, plan);
            case BULK -> new Bulk(plan).run(Generator::print);
        }
    }

    /** Connects all, says so, and keeps them until the standard input ends. */
    private static void hold(Loop loop, Plan plan) throws IOException {
        Fleet fleet = new Fleet(loop, plan);
        long begin = loop.micros();
        fleet.connect();
        print(Map.of("subscribers", plan.subscribing().count(), "connect_s", (loop.micros() - begin) / 1e6));
        while (System.in.available() == 0) {
            loop.turn(loop.micros() + 50_000);
        }
        print(Map.of("ended", fleet.ended(), "failures", fleet.failures()));
    }

    /** Connects all at once and waits until each was given what it missed. */
    private static void storm(Loop loop, Plan plan) {
        Fleet fleet = new Fleet(loop, plan);
        long begin = loop.micros();
        long cpu = Usage.cpuMicros(plan.servers());
        fleet.connect();
        long subscribed = loop.micros();
        long expected = (long) plan.subscribing().count() * plan.subscribing().missed();
        while (fleet.delivered() < expected && loop.micros() - begin < 60_000_000) {
            loop.turn(loop.micros() + 20_000);
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("subscribers", plan.subscribing().count());
        row.put("channels", plan.channelCount());
        row.put("missed_each", plan.subscribing().missed());
        row.put("subscribed_s", (subscribed - begin) / 1e6);
        row.put("caught_up_s", (loop.micros() - begin) / 1e6);
        row.put("server_cpu_s", (Usage.cpuMicros(plan.servers()) - cpu) / 1e6);
        long[] last = new long[plan.channelCount()];
        Arrays.fill(last, plan.subscribing().missed());
        Fleet.Faults faults = fleet.faults(last);
        row.put("missing", faults.missing());
        row.put("duplicates", faults.duplicates());
        row.put("reordered", faults.reordered());
        row.put("disagreeing", faults.disagreeing());
        row.put("ended", fleet.ended());
        print(row);
    }

    private static void print(Map<String, Object> row) {
        try {
            System.out.println(JSON.writeValueAsString(row));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
