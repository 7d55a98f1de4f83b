package dev.tidings.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.time.Duration;
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
        /** How many events a channel keeps, 0 to 10000; 1000 unless set. */
        OptionalInt historySize();

        /** How old an event may get before it is let go; 5 minutes unless set. */
        Optional<Duration> historyAge();

        /**
         * What becomes of connections that are too slow for the namespace's channels: {@code disconnect}, closed with 4408, or
         * {@code gap}, left behind and told what they cannot have any more. {@code disconnect} unless set.
         */
        Optional<SlowConsumer> slowConsumer();

        /**
         * How long a channel with a state may be silent before its subscribers are told that the state is stale, 1 s or more;
         * never unless set, and with 0.
         */
        Optional<Duration> freshFor();

        /** Whether connections may be present in the namespace's channels, and be told who is; true unless set. */
        Optional<Boolean> presence();
    }
}
