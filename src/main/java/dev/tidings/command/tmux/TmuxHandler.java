package dev.tidings.command.tmux;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.command.Command;
import dev.tidings.command.Handler;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import dev.tidings.source.poll.ChannelIds;
import dev.tidings.source.poll.SourceUnavailable;
import dev.tidings.source.tmux.Tmux;
import dev.tidings.source.tmux.TmuxPoller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Carries out commands for the sessions of a tmux server on this machine: of the session that the channel names, as the
 * poller names it. One after the other, in the order in which they come.
 *
 * <p>A session is found by its name and addressed by its id: so a name can never be taken for a pattern or an option.
 */
public final class TmuxHandler implements Handler, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TmuxHandler.class);
    private static final String SESSIONS = "#{session_id} #{pane_id} #{session_name}";

    private final String name;
    private final Tmux tmux;
    private final Set<TmuxCommand> allowed;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("tmux-commands").factory());

    public TmuxHandler(String name, Tmux tmux, Set<TmuxCommand> allowed) {
        this.name = "tmux:" + name;
        this.tmux = tmux;
        this.allowed = Set.copyOf(allowed);
    }

    /** @param panes the ids of its panes */
    private record Session(String id, List<String> panes) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
        long begun = System.nanoTime();
        worker.execute(() -> {
            // Its caller has been told that it was not done: then it must not be.
            if (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                answer.accept(result(command));
            }
        });
    }

    private CommandResult result(Command command) {
        try {
            return CommandResult.ok(Json.of(run(command)));
        } catch (Invalid | SourceUnavailable refused) {
            return failed(String.valueOf(refused.getMessage()));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return failed("this instance stops");
        } catch (RuntimeException fault) {
            LOG.errorf(fault, "command %s failed", command.id());
            return failed("something went wrong here");
        }
    }

    private static CommandResult failed(String why) {
        return CommandResult.failed(CommandResult.Failure.HANDLER_FAILED, why);
    }

    private ObjectNode run(Command command) throws SourceUnavailable, InterruptedException {
        TmuxCommand what = Arrays.stream(TmuxCommand.values())
                .filter(each -> allowed.contains(each) && each.text().equals(command.name()))
                .findFirst()
                .orElseThrow(() -> Arguments.invalid("there is no command " + command.name() + " here; allowed is "
                        + String.join(
                                ", ",
                                allowed.stream().map(TmuxCommand::text).sorted().toList())));
        if (!command.key().channel().namespace().equals(TmuxPoller.NAMESPACE)
                || command.key().channel().id().isEmpty()) {
            throw Arguments.invalid("a session's channel is " + TmuxPoller.NAMESPACE + ":<session>");
        }
        String id = command.key().channel().id();
        return switch (what) {
            case SEND_KEYS -> sendKeys(id, new Arguments(command.args().tree(), "text", "keys", "pane"));
            case NEW_SESSION -> newSession(id, new Arguments(command.args().tree(), "directory", "width", "height"));
            case KILL_SESSION -> {
                Arguments.requireNone(command.args().tree());
                yield killSession(id);
            }
        };
    }

    private ObjectNode sendKeys(String id, Arguments args) throws SourceUnavailable, InterruptedException {
        String text = args.text();
        List<String> keys = args.keys();
        Optional<String> pane = args.pane();
        if (text.isEmpty() && keys.isEmpty()) {
            throw Arguments.invalid("send-keys needs text or keys");
        }
        Session session = find(id);
        if (pane.isPresent() && !session.panes().contains(pane.get())) {
            throw Arguments.invalid("the session has no pane " + pane.get());
        }
        // With the colon it is a session only, whatever it is like.
        String target = pane.orElse(session.id() + ":");
        List<String> run = new ArrayList<>();
        if (!text.isEmpty()) {
            run.addAll(List.of("send-keys", "-t", target, "-l", "--", Tmux.literal(text)));
        }
        if (!keys.isEmpty()) {
            run.addAll(run.isEmpty() ? List.of() : List.of(";"));
            run.addAll(List.of("send-keys", "-t", target, "--"));
            keys.forEach(key -> run.add(Tmux.literal(key)));
        }
        succeed(run);
        return about(session.id());
    }

    private ObjectNode newSession(String id, Arguments args) throws SourceUnavailable, InterruptedException {
        String sessionName = ChannelIds.nameOf(id)
                .filter(decoded -> decoded.chars().noneMatch(c -> ".:#".indexOf(c) >= 0 || Character.isISOControl(c)))
                .orElseThrow(() -> Arguments.invalid("a session's name has no . : # and no control characters"));
        List<String> run = new ArrayList<>(List.of("new-session", "-d", "-P", "-F", "#{session_id}"));
        args.directory().ifPresent(directory -> run.addAll(List.of("-c", Tmux.literal(directory))));
        args.cells("width").ifPresent(width -> run.addAll(List.of("-x", width)));
        args.cells("height").ifPresent(height -> run.addAll(List.of("-y", height)));
        run.addAll(List.of("-s", Tmux.literal(sessionName)));
        return about(succeed(run).strip());
    }

    private ObjectNode killSession(String id) throws SourceUnavailable, InterruptedException {
        Session session = find(id);
        succeed(List.of("kill-session", "-t", session.id() + ":"));
        return about(session.id());
    }

    private static ObjectNode about(String session) {
        return JsonNodeFactory.instance.objectNode().put("session", session);
    }

    private Session find(String channelId) throws SourceUnavailable, InterruptedException {
        Tmux.Ended ended = tmux.run(List.of("list-panes", "-a", "-F", SESSIONS));
        if (ended.status() != 0 && !ended.saysNoServer()) {
            throw new SourceUnavailable("tmux failed: " + ended.firstLine());
        }
        String session = "";
        List<String> panes = new ArrayList<>();
        for (String line : ended.output().lines().toList()) {
            String[] fields = line.split(" ", 3);
            if (fields.length == 3 && ChannelIds.of(fields[2]).equals(channelId)) {
                session = fields[0];
                panes.add(fields[1]);
            }
        }
        if (session.isEmpty()) {
            throw Arguments.invalid("there is no such session");
        }
        return new Session(session, panes);
    }

    private String succeed(List<String> run) throws SourceUnavailable, InterruptedException {
        Tmux.Ended ended = tmux.run(run);
        if (ended.status() != 0) {
            throw new SourceUnavailable("tmux failed: " + ended.firstLine());
        }
        return ended.output();
    }

    /** What is being done is broken off. */
    @Override
    public void close() {
        worker.shutdownNow();
    }
}
