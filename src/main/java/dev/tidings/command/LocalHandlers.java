package dev.tidings.command;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.protocol.CommandResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The handlers of this instance, and what they have been given and not answered. Safe on any thread. */
final class LocalHandlers {
    private static final Logger LOG = Logger.getLogger(LocalHandlers.class);
    private static final String FAULT = "the handler could not take it";
    private static final String GONE = "the handler went away before it answered";
    private static final String NOT_PERMITTED = "the handler is no longer permitted to answer";

    private final int perHandler;
    private final ScheduledExecutorService timer;
    private final ObjIntConsumer<Offer> onChange;
    private final PatternIndex<Set<Entry>> index = new PatternIndex<>();
    private final Map<Offer, Integer> counts = new HashMap<>();
    private long turn;

    /** @param onChange told, in order, how many handlers make an offer now; must not wait */
    LocalHandlers(int perHandler, ScheduledExecutorService timer, ObjIntConsumer<Offer> onChange) {
        this.perHandler = perHandler;
        this.timer = timer;
        this.onChange = onChange;
    }

    /** What became of a command that was to be given to a handler. */
    enum Given {
        GIVEN,
        /** All who match have as many as they may have. */
        BUSY,
        NOBODY
    }

    /** @param name of a handler that is configured; null for a connection */
    Registration register(String tenant, @Nullable String name, Handler handler) {
        return new Entry(tenant, name, handler);
    }

    /**
     * Gives a command to the handler that has the fewest; to the one that has waited longest if several have.
     *
     * @param done hears how it ends, once, unless the time is up before; may be called before this returns
     */
    Given give(Command command, long timeoutMs, Consumer<Answer> done) {
        Entry chosen;
        synchronized (this) {
            Set<Entry> matching = matching(command.key());
            if (matching.isEmpty()) {
                return Given.NOBODY;
            }
            chosen = leastLoaded(matching);
            if (chosen == null) {
                return Given.BUSY;
            }
            chosen.take(command, timeoutMs, done);
        }
        try {
            chosen.handler.handle(command, timeoutMs, result -> chosen.answer(command.id(), result));
        } catch (RuntimeException fault) {
            LOG.errorf(fault, "%s could not take command %s", chosen.handler.name(), command.id());
            chosen.answer(command.id(), CommandResult.failed(CommandResult.Failure.HANDLER_FAILED, FAULT));
        }
        return Given.GIVEN;
    }

    /** How many handlers match. */
    synchronized int count(ChannelKey key) {
        return matching(key).size();
    }

    /** Names of those configured handlers that match. */
    synchronized Set<String> names(ChannelKey key) {
        Set<String> names = new HashSet<>();
        for (Entry entry : matching(key)) {
            if (entry.name != null) {
                names.add(entry.name);
            }
        }
        return names;
    }

    /** How many patterns there are, all handlers taken together. */
    synchronized int patterns() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Set<Entry> matching(ChannelKey key) {
        Set<Entry> matching = new LinkedHashSet<>();
        index.forEachMatching(key, matching::addAll);
        return matching;
    }

    private @Nullable Entry leastLoaded(Set<Entry> matching) {
        Entry least = null;
        for (Entry entry : matching) {
            if (entry.pending.size() < perHandler && (least == null || entry.isBefore(least))) {
                least = entry;
            }
        }
        return least;
    }

    /** A command that a handler has. */
    private record Pending(Channel channel, Consumer<Answer> done, Future<?> expiry) {}

    /** All of it is guarded by the whole. */
    private final class Entry implements Registration {
        private final String tenant;
        private final @Nullable String name;
        private final Handler handler;
        private final Set<ChannelPattern> patterns = new HashSet<>();
        private final Map<String, Pending> pending = new HashMap<>();
        private long lastTurn;
        private boolean closed;

        Entry(String tenant, @Nullable String name, Handler handler) {
            this.tenant = tenant;
            this.name = name;
            this.handler = handler;
        }

        boolean isBefore(Entry other) {
            int difference = pending.size() - other.pending.size();
            return difference < 0 || (difference == 0 && lastTurn < other.lastTurn);
        }

        void take(Command command, long timeoutMs, Consumer<Answer> done) {
            lastTurn = ++turn;
            Future<?> expiry = timer.schedule(() -> forget(command.id()), timeoutMs, TimeUnit.MILLISECONDS);
            pending.put(command.id(), new Pending(command.key().channel(), done, expiry));
        }

        @Override
        public void add(ChannelPattern pattern) {
            synchronized (LocalHandlers.this) {
                if (!closed && patterns.add(pattern)) {
                    index.at(tenant, pattern, LinkedHashSet::new).add(this);
                    count(pattern, 1);
                }
            }
        }

        @Override
        public void remove(ChannelPattern pattern) {
            synchronized (LocalHandlers.this) {
                if (patterns.remove(pattern)) {
                    leave(pattern);
                }
            }
        }

        private void leave(ChannelPattern pattern) {
            Set<Entry> others = index.at(tenant, pattern);
            if (others != null && others.remove(this) && others.isEmpty()) {
                index.remove(tenant, pattern);
            }
            count(pattern, -1);
        }

        private void count(ChannelPattern pattern, int change) {
            Offer offer = new Offer(tenant, pattern, name);
            int count = counts.merge(offer, change, Integer::sum);
            if (count == 0) {
                counts.remove(offer);
            }
            onChange.accept(offer, count);
        }

        private @Nullable Pending forget(String command) {
            synchronized (LocalHandlers.this) {
                return pending.remove(command);
            }
        }

        @Override
        public boolean answer(String command, CommandResult result) {
            Pending answered = forget(command);
            if (answered != null) {
                end(answered, result);
            }
            return answered != null;
        }

        private void end(Pending ended, CommandResult result) {
            ended.expiry().cancel(false);
            ended.done().accept(new Answer(result, handler.name()));
        }

        @Override
        public void withdraw(Predicate<Channel> where) {
            fail(where, NOT_PERMITTED);
        }

        @Override
        public void close() {
            synchronized (LocalHandlers.this) {
                closed = true;
                patterns.forEach(this::leave);
                patterns.clear();
            }
            fail(channel -> true, GONE);
        }

        private void fail(Predicate<Channel> where, String why) {
            List<Pending> failed = new ArrayList<>();
            synchronized (LocalHandlers.this) {
                pending.values().removeIf(each -> where.test(each.channel()) && failed.add(each));
            }
            CommandResult result = CommandResult.failed(CommandResult.Failure.HANDLER_GONE, why);
            failed.forEach(each -> end(each, result));
        }
    }
}
