package dev.tidings.log.sqlite;

import dev.tidings.event.Draft;
import dev.tidings.event.Json;
import dev.tidings.log.Appended;
import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * An instance in a process of its own that writes to a log as fast as it can until it is killed, and prints what has been
 * acknowledged, an event a line: channel, offset, epoch, id and a full stop, by which a whole line is known.
 */
final class StormProcess {
    /** Nothing is let go of during a test. */
    static final Retention KEEP = new Retention(1_000_000, Duration.ofDays(1));

    private static final int WRITERS = 4;

    private StormProcess() {}

    static Process start(Path file, int run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StormProcess.class.getName(),
                        file.toString(),
                        Integer.toString(run))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) {
        SqliteSettings settings = new SqliteSettings(Path.of(arguments[0]), 100_000, Duration.ofSeconds(10));
        SqliteEventLog log = SqliteEventLog.open(settings, namespace -> KEEP, Clock.systemUTC());
        PrintStream out = System.out;
        IntStream.range(0, WRITERS)
                .forEach(writer -> Thread.ofPlatform()
                        .start(() ->
                                storm(new TestLog(log, Clock.systemUTC()), "r" + arguments[1] + 'w' + writer, out)));
    }

    private static void storm(TestLog log, String name, PrintStream out) {
        Random random = new Random(name.hashCode());
        int sent = 0;
        while (true) {
            List<Draft> drafts = new ArrayList<>();
            int size = 1 + random.nextInt(40);
            for (int i = 0; i < size; i++) {
                sent++;
                drafts.add(new Draft(
                        TestLog.key("storm:" + random.nextInt(8)),
                        "storm.blew",
                        name + '-' + sent,
                        sent % 2 == 0,
                        log.clock().millis(),
                        Json.parse("\"" + "x".repeat(random.nextInt(500)) + '"'),
                        null,
                        null));
            }
            List<Appended> answers = log.append(drafts);
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < size; i++) {
                Appended.Stored stored = TestLog.stored(answers.get(i));
                lines.append(drafts.get(i).key().channel().name())
                        .append(' ')
                        .append(stored.position().offset())
                        .append(' ')
                        .append(stored.position().epoch())
                        .append(' ')
                        .append(stored.id())
                        .append(" .\n");
            }
            out.print(lines);
            out.flush();
        }
    }
}
