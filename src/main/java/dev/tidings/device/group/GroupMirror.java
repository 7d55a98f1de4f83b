package dev.tidings.device.group;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.Control;
import dev.tidings.device.DeviceTypes;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.State;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.source.poll.Submitter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells in a group's channel what happens to its members. Every instance does, in the order of each member's channel and with
 * ids that follow from the members' events: the log keeps the first, so there is no gap when an instance dies.
 *
 * <p>What an instance may have missed is read from the members' histories, no further back than ids are remembered: what has been
 * told is recognised. One thread tells and reads; the log's threads only note what they hear.
 */
public final class GroupMirror implements EventLog.Follower, AutoCloseable {
    /** How many groups a device can be in: each is an event for each of its changes. */
    public static final int MOST_GROUPS_OF_A_DEVICE = Memberships.MOST_GROUPS;

    private static final Logger LOG = Logger.getLogger(GroupMirror.class);
    private static final int MOST_WAITING = 20_000;
    private static final int AT_ONCE = 500;
    private static final long RETRY_MS = 250;
    private static final long PATIENCE_MS = 10_000;
    private static final String DEVICES = Control.NAMESPACE + ':';

    /** The log remembers ids for 5 minutes; the rest is for clocks that do not agree. */
    private static final long LOOK_BACK_MS = Duration.ofMinutes(4).toMillis();

    private final EventLog log;
    private final Groups groups;
    private final Submitter submitter;
    private final Clock clock;
    private final Memberships memberships = new Memberships();
    private final BlockingQueue<Note> notes = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean behind = new AtomicBoolean(true);

    /** By device: what it was heard to be. Of the thread. */
    private final Map<ChannelKey, String> types = new HashMap<>();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("tidings-groups").unstarted(this::run);

    /** Something that was heard. */
    private sealed interface Note {}

    /** Of a member, to be told in these groups. */
    private record Happened(Event event, List<ChannelKey> groups) implements Note {}

    /** Somebody was put into a group, or out of it. */
    private record Rewritten(ChannelKey group) implements Note {}

    /** Nothing: there is something to be read. */
    private record Wake() implements Note {}

    /** @param submitter {@code Intake::submit} */
    public GroupMirror(EventLog log, Groups groups, Submitter submitter, Clock clock) {
        this.log = log;
        this.groups = groups;
        this.submitter = submitter;
        this.clock = clock;
    }

    /** Begins. */
    public void start() {
        log.follow(this);
        thread.start();
    }

    /** Whether a device has room for another group, or is in this one, as far as is known here. */
    public boolean mayJoin(ChannelKey device, ChannelKey group) {
        List<ChannelKey> known = memberships.groups(device);
        return known.size() < MOST_GROUPS_OF_A_DEVICE || known.contains(group);
    }

    @Override
    public void appended(int shard, List<Event> events) {
        for (Event event : events) {
            if (event.channel().name().startsWith(DEVICES)) {
                List<ChannelKey> concerned = memberships.groups(event.key());
                if (!concerned.isEmpty() && MemberEvent.isTold(event)) {
                    note(new Happened(event, concerned));
                }
            } else if (Group.isRecord(event.key().tenant())) {
                note(new Rewritten(Group.channelOfRecord(event.key())));
            }
        }
    }

    @Override
    public void lost(int shard) {
        behind.set(true);
        note(new Wake());
    }

    private void note(Note note) {
        if (!notes.offer(note)) {
            // Told late, from the log, rather than kept without end.
            behind.set(true);
        }
    }

    private void run() {
        List<Note> taken = new ArrayList<>();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (behind.getAndSet(false)) {
                    readAll();
                }
                Note first = notes.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    taken.add(first);
                    notes.drainTo(taken, AT_ONCE - 1);
                    work(taken);
                    taken.clear();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | ExecutionException | TimeoutException e) {
                LOG.debugf(e, "the log cannot be read or written: what groups are to be told is read later");
                taken.clear();
                behind.set(true);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(List<Note> taken) throws InterruptedException, ExecutionException, TimeoutException {
        List<Submission> waiting = new ArrayList<>();
        for (Note note : taken) {
            switch (note) {
                case Happened(Event event, List<ChannelKey> concerned) -> {
                    note(event.key(), MemberEvent.typeIn(event));
                    String type = types.get(event.key());
                    concerned.forEach(group -> waiting.add(MemberEvent.of(event, group, type)));
                }
                case Rewritten(ChannelKey group) -> {
                    tell(waiting);
                    waiting.clear();
                    read(group);
                }
                case Wake wake -> {}
            }
        }
        tell(waiting);
    }

    /** All groups there are, and what may have been missed of any. */
    private void readAll() throws InterruptedException, ExecutionException, TimeoutException {
        types.clear();
        Set<ChannelKey> gone = new HashSet<>(memberships.all());
        for (String tenant : await(log.tenants())) {
            if (!Group.isRecord(tenant)) {
                continue;
            }
            String after = "";
            while (after != null) {
                Groups.Page page = await(groups.list(Group.tenantOfRecord(tenant), after, AT_ONCE));
                for (Group group : page.groups()) {
                    gone.remove(group.channel());
                    memberships.put(group);
                    long since = since(group.channel());
                    for (String member : group.members()) {
                        catchUp(group.device(member), group.channel(), since);
                    }
                }
                after = page.next();
            }
        }
        gone.forEach(memberships::remove);
    }

    /** Who is in a group now, and what has happened to those who are new since they are. */
    private void read(ChannelKey channel) throws InterruptedException, ExecutionException, TimeoutException {
        Group group = await(groups.read(channel)).orElse(null);
        if (group == null) {
            memberships.remove(channel);
            return;
        }
        long since = since(channel);
        for (ChannelKey added : memberships.put(group)) {
            catchUp(added, channel, since);
        }
    }

    /** Since when what happens to a group's members is to be told, as far as anybody can still say. */
    private long since(ChannelKey channel) throws InterruptedException, ExecutionException, TimeoutException {
        State state =
                await(log.read(Group.recordOf(channel), Range.HEAD)).head().state();
        return Math.max(clock.millis() - LOOK_BACK_MS, state == null ? Long.MAX_VALUE : state.timestamp());
    }

    private void catchUp(ChannelKey device, ChannelKey group, long since)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (!memberships.groups(device).contains(group)) {
            return;
        }
        Range range = new Range(
                new Since.AtTime(since),
                Range.Before.END,
                List.of(new Glob(Event.STATE_CHANGED), new Glob(Event.STATE_DELETED)),
                Range.MAX_LIMIT,
                false);
        Slice slice = await(log.read(device, range));
        State state = slice.head().state();
        if (state != null && state.data().tree() instanceof ObjectNode present) {
            note(device, DeviceTypes.nameIn(present));
        }
        tell(slice.events().stream()
                .map(event -> MemberEvent.of(event, group, types.get(device)))
                .toList());
    }

    private void note(ChannelKey device, @Nullable String type) {
        if (type != null) {
            types.put(device, type);
        }
    }

    /** Tells it in this order, or fails. */
    private void tell(List<? extends Submission> submissions)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (submissions.isEmpty()) {
            return;
        }
        for (Outcome outcome : await(submitter.submit(submissions))) {
            if (outcome instanceof Outcome.Unavailable(String reason)) {
                throw new CompletionException(reason, null);
            }
            if (!(outcome instanceof Outcome.Published)) {
                LOG.debugf("a group cannot be told: %s", outcome);
            }
        }
    }

    private static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
