package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.StateChange;
import dev.tidings.intake.IntakeSettings;
import dev.tidings.intake.NamespaceRules;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Retention;
import dev.tidings.protocol.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The turns of devices: what is done with one, and what it says, one after the other. */
class DevicesTest {
    private static final String TENANT = "default";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final EventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, Clock.systemUTC(), 64 << 20);
    private volatile boolean refusing;
    private final Held driver = new Held();
    private final Devices devices = new Devices(
            log,
            this::submit,
            new IntakeSettings(1 << 20, NamespaceRules.NONE),
            new DeviceTypes(Map.of()),
            new Drivers(List.of(new Drivers.Charge(TENANT, new ChannelPattern("device:*"), driver))));
    private final Reports reports = devices.reports(TENANT, List.of(new ChannelPattern("device:*")), null, "test");
    private int ids;

    /** Does what it is told when the test says so. */
    private static final class Held implements DeviceDriver {
        private final List<Order> orders = new CopyOnWriteArrayList<>();
        private final List<CompletableFuture<Driven>> answers = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "held";
        }

        @Override
        public CompletionStage<Driven> drive(Order order) {
            CompletableFuture<Driven> answer = new CompletableFuture<>();
            answers.add(answer);
            orders.add(order);
            return answer;
        }

        void finish(int order) {
            answers.get(order).complete(new Driven.Done(orders.get(order).change()));
        }
    }

    private CompletionStage<Outcome> submit(Submission submission) {
        return CompletableFuture.completedStage(
                refusing ? new Outcome.Unavailable("refusing") : write((Submission.Write) submission));
    }

    /** As the intake does, for one writer. */
    private Outcome write(Submission.Write write) {
        Head head =
                log.read(write.key(), Range.HEAD).toCompletableFuture().join().head();
        boolean holds = switch (write.precondition()) {
            case Submission.Precondition.None none -> true;
            case Submission.Precondition.Exists exists -> head.state() != null;
            case Submission.Precondition.Absent absent -> head.state() == null;
            case Submission.Precondition.ChangedAt at -> at.position().equals(head.statePosition());
        };
        if (!holds) {
            return new Outcome.Conflict(head);
        }
        ObjectNode before = head.state() == null
                ? object("{}")
                : (ObjectNode) head.state().data().tree();
        JsonNode after = MergePatch.apply(before, ((Submission.Change.Patch) write.change()).patch());
        ObjectNode patch = MergePatch.between(before, after);
        if (head.state() != null && patch.isEmpty()) {
            return new Outcome.Unchanged(head);
        }
        StateChange change = new StateChange(patch, MergePatch.previous(before, patch));
        Appended stored = log.append(List.of(new Draft(
                        write.key(),
                        Event.STATE_CHANGED,
                        "e" + ids++,
                        false,
                        System.currentTimeMillis(),
                        change.toPayload(),
                        null,
                        new Draft.StateWrite(Json.of(after), true, head.statePosition()))))
                .toCompletableFuture()
                .join()
                .getFirst();
        return new Outcome.Changed((Appended.Stored) stored, Json.of(patch), Json.of(change.previous()));
    }

    @Test
    void changesOfOneDeviceAreMadeInTurnAndHoldUpNoOther() {
        create("a");
        create("b");
        CompletableFuture<Controlled> first = change("a", 1, LONG);
        CompletableFuture<Controlled> second = change("a", 2, LONG);
        CompletableFuture<Controlled> other = change("b", 3, LONG);
        assertThat(driver.orders).extracting(DeviceDriver.Order::deviceId).containsExactly("a", "b");
        driver.finish(1);
        assertThat(other.join()).isInstanceOf(Controlled.Done.class);
        assertThat(first).isNotDone();
        driver.finish(0);
        assertThat(first.join()).isInstanceOf(Controlled.Done.class);
        driver.finish(2);
        assertThat(((Controlled.Done) second.join()).previous().toString()).isEqualTo("{\"speed\":1}");
        assertThat(devices.underWay()).isZero();
    }

    @Test
    void aDeviceThatIsBusyIsSaidToBe() {
        create("a");
        List<CompletableFuture<Controlled>> changes = new ArrayList<>();
        IntStream.rangeClosed(0, Turns.MOST_WAITING + 1).forEach(i -> changes.add(change("a", i, LONG)));
        Controlled.Failed refused = (Controlled.Failed) changes.getLast().join();
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.reason()).contains("busy");
        for (int i = 0; i <= Turns.MOST_WAITING; i++) {
            driver.finish(i);
        }
        assertThat(state("a").path("speed").asInt()).isEqualTo(Turns.MOST_WAITING);
    }

    @Test
    void whoseTurnDoesNotComeInTimeHasNotBeenDone() {
        create("a");
        CompletableFuture<Controlled> first = change("a", 1, LONG);
        Controlled.Failed late =
                (Controlled.Failed) change("a", 2, Duration.ofMillis(20)).join();
        assertThat(late.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(late.reason()).contains("nothing was done");
        driver.finish(0);
        first.join();
        assertThat(driver.orders).hasSize(1);
        assertThat(state("a").path("speed").asInt()).isEqualTo(1);
    }

    @Test
    void aDeviceThatIsTooSlowIsFreeAgain() {
        create("a");
        Controlled.Failed late =
                (Controlled.Failed) change("a", 1, Duration.ofMillis(20)).join();
        assertThat(late.code()).isEqualTo(ErrorCode.TIMEOUT);
        await().until(() -> driver.answers.getFirst().isCancelled());
        CompletableFuture<Controlled> next = change("a", 2, LONG);
        await().until(() -> driver.orders.size() == 2);
        driver.finish(1);
        assertThat(next.join()).isInstanceOf(Controlled.Done.class);
    }

    @Test
    void aFaultOfADriverEndsTheChangeOnly() {
        create("a");
        CompletableFuture<Controlled> change = change("a", 1, LONG);
        driver.answers.getFirst().completeExceptionally(new IllegalStateException("a fault"));
        assertThat(((Controlled.Failed) change.join()).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(state("a").path("speed").asInt()).isZero();
        CompletableFuture<Controlled> next = change("a", 2, LONG);
        driver.finish(1);
        assertThat(next.join()).isInstanceOf(Controlled.Done.class);
    }

    @Test
    void whatADeviceSaysWhileItIsChangedFollowsTheChangeAsOne() {
        create("a");
        CompletableFuture<Controlled> change = change("a", 1, LONG);
        reports.report("a", object("{\"load\":1,\"gone\":1}"));
        reports.report("a", object("{\"load\":2,\"gone\":null}"));
        assertThat(state("a").has("load")).isFalse();
        driver.finish(0);
        change.join();
        assertThat(state("a").toString()).isEqualTo("{\"speed\":1,\"load\":2}");
        assertThat(offset("a")).as("created, changed, reported").isEqualTo(3);
    }

    @Test
    void aDeviceIsNotLookedAtWhileItIsChangedAndAnOldAnswerIsWorthNothing() {
        create("a");
        CompletableFuture<Controlled> change = change("a", 1, LONG);
        assertThat(reports.look("a", state -> {
                    throw new IllegalStateException("it is being changed");
                }))
                .isCompleted();
        driver.finish(0);
        change.join();
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        CompletionStage<Void> look = reports.look("a", state -> answer);
        write("a", "{\"speed\":7}");
        answer.complete(object("{\"speed\":1,\"load\":3}"));
        assertThat(look).isCompleted();
        assertThat(state("a").toString()).isEqualTo("{\"speed\":7}");
        assertThat(reports.look("a", state -> CompletableFuture.completedStage(object("{\"load\":4}"))))
                .isCompleted();
        assertThat(state("a").toString()).isEqualTo("{\"speed\":7,\"load\":4}");
    }

    @Test
    void whatADeviceSaidIsWrittenWhenTheLogIsBack() {
        refusing = true;
        reports.report("a", object("{\"speed\":1}"));
        refusing = false;
        await().untilAsserted(() -> assertThat(offset("a")).isEqualTo(1));
    }

    @Test
    void theDriverThatNamesADeviceMostCloselyHasIt() {
        Held exact = new Held();
        Held some = new Held();
        Drivers drivers = new Drivers(List.of(
                new Drivers.Charge(TENANT, new ChannelPattern("device:motor_*"), some),
                new Drivers.Charge(TENANT, new ChannelPattern("device:motor_01"), exact),
                new Drivers.Charge(TENANT, new ChannelPattern("device:*"), driver)));
        assertThat(drivers.of(Control.keyOf(TENANT, "motor_01"))).isSameAs(exact);
        assertThat(drivers.of(Control.keyOf(TENANT, "motor_02"))).isSameAs(some);
        assertThat(drivers.of(Control.keyOf(TENANT, "lamp"))).isSameAs(driver);
        assertThat(drivers.of(Control.keyOf("other", "lamp"))).isNull();
    }

    private CompletableFuture<Controlled> change(String device, int speed, Duration patience) {
        return devices.change(new Control(
                        Control.keyOf(TENANT, device),
                        object("{\"speed\":" + speed + "}"),
                        "c" + ids++,
                        false,
                        null,
                        null,
                        patience))
                .toCompletableFuture();
    }

    private void create(String device) {
        write(device, "{\"speed\":0}");
    }

    private void write(String device, String state) {
        ChannelKey key = Control.keyOf(TENANT, device);
        Outcome outcome = submit(new Submission.Write(
                        key,
                        new Submission.Change.Patch(object(state)),
                        new Submission.Precondition.None(),
                        null,
                        null))
                .toCompletableFuture()
                .join();
        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
    }

    private ObjectNode state(String device) {
        return (ObjectNode) log.read(Control.keyOf(TENANT, device), Range.HEAD)
                .toCompletableFuture()
                .join()
                .head()
                .state()
                .data()
                .tree();
    }

    private long offset(String device) {
        return log.read(Control.keyOf(TENANT, device), Range.HEAD)
                .toCompletableFuture()
                .join()
                .head()
                .newest()
                .offset();
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) Json.parse(json).tree();
    }
}
