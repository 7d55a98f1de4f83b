package dev.tidings.log.redis;

import static dev.tidings.log.TestLog.key;

import dev.tidings.log.Appended;
import dev.tidings.log.Head;
import dev.tidings.log.TestLog;
import io.vertx.redis.client.RedisOptions;
import java.io.IOException;
import java.nio.file.Path;

/** An instance in a process of its own: counts a state up, then ends. */
final class AppendingProcess {
    private AppendingProcess() {}

    static Process start(int port, int count) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        Integer.toString(port),
                        Integer.toString(count))
                .inheritIO()
                .start();
    }

    public static void main(String[] arguments) {
        String redis = "redis://127.0.0.1:" + arguments[0];
        try (Instance instance = Instance.open(new RedisOptions().setConnectionString(redis))) {
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                increment(instance.calls());
            }
        }
    }

    /** Adds one to the number that is the state of a channel. */
    static void increment(TestLog log) {
        Head head = log.head(key("count:1"));
        while (true) {
            int n = head.state() == null
                    ? 0
                    : head.state().data().tree().get("n").asInt();
            String state = "{'n':" + (n + 1) + "}";
            if (!(log.append(log.write(key("count:1"), state, head.statePosition()))
                    instanceof Appended.Conflict(Head current))) {
                return;
            }
            head = current;
        }
    }
}
