package dev.tidings.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Json;
import dev.tidings.intake.EventIds;
import dev.tidings.intake.Submission;
import dev.tidings.log.CommandAudit;
import dev.tidings.protocol.CommandCall;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routing among instances that lose notes, die and are given more than they take. */
class CommandsTest {
    private static final CommandResult OK = CommandResult.ok(null);
    private final TestNetwork network = new TestNetwork();
    private final List<Commands> all = new ArrayList<>();
    private final List<Submission> written = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private volatile boolean logIsThere = true;

    @AfterEach
    void close() {
        all.forEach(Commands::close);
        network.close();
    }

    private Commands start(String name, CommandAudit audit) {
        Audit writing = new Audit(
                submission -> {
                    written.add(submission);
                    return CompletableFuture.completedStage(
                            logIsThere
                                    ? new dev.tidings.intake.Outcome.Conflict(null)
                                    : new dev.tidings.intake.Outcome.Unavailable("no log"));
                },
                namespace -> audit);
        CommandObserver observer = new CommandObserver() {
            @Override
            public void ended(String status, long nanos) {
                ended.add(status);
            }

            @Override
            public void limitHit(String kind) {
                ended.add(kind);
            }
        };
        Commands commands = new Commands(
                network.join(name),
                writing,
                new CommandSettings(10, 1000, 2),
                observer,
                new EventIds(Clock.systemUTC()));
        all.add(commands);
        return commands;
    }

    private Commands start(String name) {
        return start(name, CommandAudit.OFF);
    }

    private static ChannelKey key(String channel) {
        return new ChannelKey("t", new Channel(channel));
    }

    private static CompletableFuture<Outcome> call(Commands commands, String channel, int timeoutMs) {
        return commands.call(new Request(key(channel), new CommandCall("do", Json.NULL, timeoutMs), "c", "ada"))
                .toCompletableFuture();
    }

    private static Outcome end(Future<Outcome> call) throws Exception {
        return call.get(20, TimeUnit.SECONDS);
    }

    private static ErrorCode refusal(Future<Outcome> call) throws Exception {
        return ((Outcome.Refused) end(call)).code();
    }

    private static CommandResult result(Future<Outcome> call) throws Exception {
        return ((Outcome.Ended) end(call)).result();
    }

    /** Keeps what it is given until it is told to answer. */
    private static final class Keeping implements Handler {
        private final List<Command> commands = new CopyOnWriteArrayList<>();
        private final List<Consumer<CommandResult>> answers = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "keeping";
        }

        @Override
        public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
            commands.add(command);
            answers.add(answer);
        }

        void answerAll() {
            answers.forEach(each -> each.accept(OK));
            answers.clear();
        }
    }

    private static Keeping handle(Commands commands, String pattern) {
        Keeping handler = new Keeping();
        commands.register("t", handler).add(new ChannelPattern(pattern));
        return handler;
    }

    private static void awaitHandled(Commands commands, String channel, boolean handled) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
            Future<Outcome> call = call(commands, channel, 1);
            return handled
                    == !(end(call) instanceof Outcome.Refused(ErrorCode code, String why)
                            && code == ErrorCode.NO_HANDLER);
        });
    }

    @Test
    void anAnnouncementThatIsLostIsNoticedAndMadeUpFor() {
        Commands here = start("here");
        Commands there = start("there");
        network.lose((topic, note) -> note.has("changes"));
        handle(there, "a:1");
        // Of this the next number tells, seconds later.
        awaitHandled(here, "a:1", true);
        Registration gone = there.register("t", new Keeping());
        gone.add(new ChannelPattern("a:2"));
        awaitHandled(here, "a:2", true);
        gone.close();
        awaitHandled(here, "a:2", false);
    }

    @Test
    void aStaleViewCostsARefusalAndAnotherTry() throws Exception {
        Commands here = start("here");
        Commands stale = start("stale");
        Commands good = start("good");
        Registration leaving = stale.register("t", new Keeping());
        leaving.add(new ChannelPattern("a:1"));
        awaitHandled(here, "a:1", true);
        network.lose((topic, note) -> topic.equals("command.handlers"));
        leaving.close();
        assertThat(refusal(call(here, "a:1", 10_000))).isEqualTo(ErrorCode.NO_HANDLER);
        network.lose((topic, note) -> false);
        Keeping handler = handle(good, "a:1");
        awaitHandled(here, "a:1", true);
        Awaitility.await().until(() -> {
            end(call(here, "a:1", 1));
            return !handler.commands.isEmpty();
        });
    }

    @Test
    void whoHasTooMuchIsPassedOverUntilAllHave() throws Exception {
        Commands here = start("here");
        Commands there = start("there");
        Keeping near = handle(here, "a:*");
        Keeping far = handle(there, "a:1");
        Awaitility.await().until(() -> {
            end(call(here, "a:1", 1));
            return !far.commands.isEmpty();
        });
        network.settle();
        near.commands.clear();
        far.commands.clear();
        List<Future<Outcome>> calls = new ArrayList<>();
        // Given past the eyes of this instance: its view of the other's load is not whole.
        calls.add(call(there, "a:1", 10_000));
        Awaitility.await().until(() -> near.commands.size() + far.commands.size() == 1);
        for (int i = 0; i < 3; i++) {
            calls.add(call(here, "a:1", 10_000));
        }
        network.settle();
        assertThat(near.commands).hasSize(2);
        assertThat(far.commands).hasSize(2);
        assertThat(refusal(call(here, "a:1", 10_000))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal(call(there, "a:1", 10_000))).isEqualTo(ErrorCode.UNAVAILABLE);
        near.answerAll();
        far.answerAll();
        for (Future<Outcome> each : calls) {
            assertThat(result(each)).isEqualTo(OK);
        }
        assertThat(here.waiting()).isZero();
    }

    @Test
    void aNoteOrAnAnswerThatIsLostIsATimeout() throws Exception {
        Commands here = start("here");
        Keeping far = handle(start("there"), "a:1");
        awaitHandled(here, "a:1", true);
        network.settle();
        far.commands.clear();
        network.lose((topic, note) -> topic.equals("command.give"));
        assertThat(result(call(here, "a:1", 50)).status()).isEqualTo(CommandResult.Status.TIMEOUT);
        network.settle();
        assertThat(far.commands).isEmpty();
        network.lose((topic, note) -> topic.equals("command.answer"));
        Future<Outcome> call = call(here, "a:1", 1000);
        network.settle();
        far.answerAll();
        assertThat(result(call).status()).isEqualTo(CommandResult.Status.TIMEOUT);
        assertThat(far.commands).hasSize(1);
    }

    @Test
    void whatAnInstanceThatDiedHadEndsAndAnAnswerThatComesFromItThenIsNotHeard() throws Exception {
        Commands here = start("here");
        Keeping far = handle(start("there"), "a:1");
        awaitHandled(here, "a:1", true);
        Future<Outcome> call = call(here, "a:1", 10_000);
        network.settle();
        network.kill("there");
        assertThat(result(call).status()).isEqualTo(CommandResult.Status.ERROR);
        far.answerAll();
        assertThat(refusal(call(here, "a:1", 10_000))).isEqualTo(ErrorCode.NO_HANDLER);
    }

    @Test
    void whatIsConfiguredAlikeOnAllInstancesIsOneHandlerAndIsAskedWhereItsCallerIs() throws Exception {
        Commands here = start("here");
        Commands there = start("there");
        Keeping near = new Keeping();
        Keeping far = new Keeping();
        there.register("t", "hook", far).add(new ChannelPattern("a:*"));
        awaitHandled(here, "a:1", true);
        here.register("t", "hook", near).add(new ChannelPattern("a:*"));
        network.settle();
        far.commands.clear();
        Future<Outcome> first = call(here, "a:1", 10_000);
        Future<Outcome> second = call(here, "a:1", 10_000);
        near.answerAll();
        assertThat(result(first)).isEqualTo(OK);
        assertThat(result(second)).isEqualTo(OK);
        network.settle();
        assertThat(far.commands).isEmpty();
    }

    @Test
    void whatCannotBeWrittenDownIsNotDone() throws Exception {
        Commands here = start("here", CommandAudit.FULL);
        Keeping handler = handle(here, "a:1");
        logIsThere = false;
        assertThat(refusal(call(here, "a:1", 10_000))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(handler.commands).isEmpty();
        assertThat(written).hasSize(1);
        logIsThere = true;
        Future<Outcome> call = call(here, "a:1", 10_000);
        logIsThere = false;
        handler.answerAll();
        assertThat(result(call)).as("done, though that is not written down").isEqualTo(OK);
        assertThat(written)
                .extracting(each -> ((Submission.Publish) each).type())
                .containsExactly("command.requested", "command.requested", "command.completed");
    }

    /** Whatever happens at the same time: each command ends once, and nothing is left over. */
    @Test
    void amidComingAndGoingEveryCommandEndsOnce() throws Exception {
        List<Commands> instances = List.of(start("one"), start("two"), start("three"));
        Map<String, AtomicInteger> given = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger outcomes = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                Commands on = instances.get(i % 3);
                Random random = new Random(i);
                threads.execute(() -> {
                    while (!over.get()) {
                        Registration registration = on.register("t", answering(given, random));
                        registration.add(new ChannelPattern("a:*"));
                        java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(3_000_000));
                        registration.close();
                    }
                });
            }
            List<Future<Outcome>> calls = new ArrayList<>();
            for (int i = 0; i < 6000; i++) {
                CompletableFuture<Outcome> call = call(instances.get(i % 3), "a:" + i % 7, 1 + i % 50);
                var unused = call.thenRun(outcomes::incrementAndGet);
                calls.add(call);
            }
            for (Future<Outcome> each : calls) {
                end(each);
            }
            over.set(true);
        }
        assertThat(outcomes).hasValue(6000);
        assertThat(given.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(given).isNotEmpty();
        assertThat(ended).hasSize(6000);
        assertThat(instances).allSatisfy(each -> {
            assertThat(each.waiting()).isZero();
            assertThat(each.handling()).isZero();
        });
    }

    private static Handler answering(Map<String, AtomicInteger> given, Random random) {
        return new Handler() {
            @Override
            public String name() {
                return "answering";
            }

            @Override
            public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
                given.computeIfAbsent(command.id(), id -> new AtomicInteger()).incrementAndGet();
                int what;
                synchronized (random) {
                    what = random.nextInt(4);
                }
                // Some twice, some never.
                for (int i = 0; i < what % 3; i++) {
                    answer.accept(OK);
                }
            }
        };
    }
}
