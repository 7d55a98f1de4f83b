package dev.tidings.source;

import dev.tidings.log.EventLog;
import dev.tidings.source.host.HostName;
import dev.tidings.source.host.HostPoller;
import dev.tidings.source.http.HttpClients;
import dev.tidings.source.http.HttpPoller;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.Poller;
import dev.tidings.source.poll.PollerRunner;
import dev.tidings.source.poll.Submitter;
import dev.tidings.source.tmux.TmuxPoller;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All pollers that are configured, and those that need no configuration.
 *
 * <p>A poller of kind {@code http} runs on one instance of a cluster. Pollers of the kinds {@code tmux} and {@code host}
 * look at the machine they run on, so one instance of each machine runs them: the lease is by poller, or by poller and
 * machine.
 */
public final class Pollers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Pollers.class);

    private final List<Plan> plans;
    private final EventLog log;
    private final Submitter submitter;
    private final Function<String, Lease> leases;
    private final MeterRegistry meters;
    private final Clock clock;

    private final String host = HostName.find(System.getenv());
    private final List<PollerRunner> runners = new ArrayList<>();
    /** Made when the first poller needs it: it has a thread of its own. */
    private @Nullable HttpClient http;

    /**
     * @param submitter {@code Intake::submit}
     * @param leases gives the lease on a resource, such as {@code poller:rates}; {@link Lease#ALWAYS} when the log is used by
     *     one instance only
     * @throws IllegalArgumentException when the configuration is impossible, as {@link #validate} does
     */
    public Pollers(
            PollersConfig config,
            EventLog log,
            Submitter submitter,
            Function<String, Lease> leases,
            MeterRegistry meters,
            Clock clock) {
        this.plans = Plans.read(config, System.getenv());
        this.log = log;
        this.submitter = submitter;
        this.leases = leases;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Checks the configuration of all pollers.
     *
     * @throws IllegalArgumentException when it is impossible; the message names the key, what was found and what is allowed,
     *     in one line
     */
    public static void validate(PollersConfig config) {
        List<Plan> unused = Plans.read(config, System.getenv());
    }

    /** Starts them. Each takes its first look at once. */
    public synchronized void start() {
        for (Plan plan : plans) {
            if (plan.optional() && plan.source() instanceof Plan.Tmux && !isOnPath("tmux", System.getenv())) {
                LOG.infof("poller %s does not run: there is no tmux on this machine", plan.name());
                continue;
            }
            PollerRunner runner = new PollerRunner(
                    plan.settings(), poller(plan.source()), leases.apply(resource(plan)), log, submitter, meters);
            runners.add(runner);
            runner.start();
        }
    }

    /** Stops them and gives up their leases. */
    @Override
    public synchronized void close() {
        // Each may take a moment: together they take no longer.
        try (var stopping = Executors.newVirtualThreadPerTaskExecutor()) {
            runners.forEach(runner -> stopping.execute(runner::stop));
        }
        runners.clear();
        if (http != null) {
            http.shutdownNow();
            http = null;
        }
    }

    private Poller poller(Plan.Source source) {
        return switch (source) {
            case Plan.Tmux tmux -> new TmuxPoller(host, tmux.server(), tmux.content(), tmux.timeout(), clock);
            case Plan.Http(var target) -> new HttpPoller(target, http());
            case Plan.Host here -> HostPoller.of(host);
        };
    }

    private HttpClient http() {
        if (http == null) {
            http = HttpClients.withoutRedirects();
        }
        return http;
    }

    private String resource(Plan plan) {
        return "poller:" + plan.name() + (plan.source() instanceof Plan.Http ? "" : '@' + host);
    }

    /** Whether a program is found where programs are looked for. */
    static boolean isOnPath(String program, Map<String, String> environment) {
        Set<String> directories =
                new TreeSet<>(List.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)));
        directories.remove("");
        return directories.stream().anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
