package dev.tidings.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What holds for the channels of a namespace; the namespace {@code *} sets what holds for those not named. */
@ConfigMapping(prefix = "tidings.channels")
public interface ChannelsConfig {
    /** By namespace. */
    @WithParentName
    Map<String, Namespace> namespaces();

    /** What can be set for a namespace. */
    interface Namespace {
        /** How many events a channel keeps, {@code 0} to {@code 10000}; {@code 1000} unless set. */
        OptionalInt historySize();

        /** How old an event may get before it is let go; {@code 5m} unless set. */
        Optional<Duration> historyAge();

        /**
         * What becomes of connections that are too slow for the namespace's channels: {@code disconnect}, closed with 4408, or
         * {@code gap}, left behind, served from history at their own pace and told what it does not have any more; {@code disconnect}
         * unless set. One that is subscribed to a channel by a pattern too is closed all the same: its events could not be kept in
         * order.
         */
        Optional<SlowConsumer> slowConsumer();

        /** Whether the namespace's channels may have a state; {@code true} unless set. */
        Optional<Boolean> state();

        /**
         * Who may publish in the namespace's channels, and write their states, besides the service itself: {@code anyone} whose
         * token permits it, {@code server} for nobody, or the subjects of those whose token does; {@code anyone} unless set.
         */
        Optional<List<String>> publish();

        /** By event type: files with the JSON Schema (draft 2020-12) that payloads of such events hold to. */
        Map<String, Path> schemas();

        /** A file with the JSON Schema (draft 2020-12) that the states of the namespace's channels hold to. */
        Optional<Path> stateSchema();

        /**
         * How long a channel with a state may be silent before its subscribers are told that the state is stale, {@code 1s} or more, or
         * {@code 0s} for never; never unless set.
         */
        Optional<Duration> freshFor();

        /** Whether connections may be present in the namespace's channels, and be told who is; {@code true} unless set. {@code false} spares what telling all of all costs where many are in one channel. */
        Optional<Boolean> presence();

        /**
         * What is written down of commands, as events in their channel: nothing ({@code off}); who had what done, by whom, and
         * how it ended ({@code outline}); or all of it with arguments and results ({@code full}); {@code outline} unless set.
         */
        Optional<CommandAudit> commandAudit();
    }
}
