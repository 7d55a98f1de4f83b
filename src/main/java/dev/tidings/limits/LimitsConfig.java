package dev.tidings.limits;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How much of everything a client may have. Numbers are 1 or more, sizes from 1K to 1G; anything else stops the start. */
@ConfigMapping(prefix = "tidings.limits")
public interface LimitsConfig {
    /** Open connections of this server; one more is closed with 4409, a stream or poll refused with 503. */
    @WithDefault("20000")
    @WithConverter(Positive.Count.class)
    int connections();

    /** Open connections of one subject on this server, by tenant; one more is closed with 4409, a stream or poll refused with 429. */
    @WithDefault("5")
    @WithConverter(Positive.Count.class)
    int connectionsPerSubject();

    /** Channels and patterns that one connection subscribes to. */
    @WithDefault("50")
    @WithConverter(Positive.Count.class)
    int subscriptionsPerConnection();

    /** Channels and patterns whose commands one connection answers. */
    @WithDefault("50")
    @WithConverter(Positive.Count.class)
    int handlersPerConnection();

    /** Commands that one caller, a connection or in REST a subject, may wait for at once. */
    @WithDefault("100")
    @WithConverter(Positive.Count.class)
    int commandsPerCaller();

    /** Commands that one handler may have at once and not have answered; others are asked then. */
    @WithDefault("100")
    @WithConverter(Positive.Count.class)
    int commandsPerHandler();

    /**
     * Positions of durable subscriptions that one subject has, in all channels together. Approximate in a Redis log, when
     * several begin at the same moment.
     */
    @WithDefault("100")
    @WithConverter(Positive.Count.class)
    int durablePerSubject();

    /** Alert rules that one tenant has; one more is refused. Approximate, when several are made at the same moment. */
    @WithDefault("1000")
    @WithConverter(Positive.Count.class)
    int alertRules();

    /**
     * The longest message a client may send; a longer one closes the connection with 1009. In REST the longest body of a
     * call that is about one event or state, and the longest event in a bulk call; a longer one is refused with 413.
     */
    @WithDefault("1M")
    @WithConverter(Positive.Size.class)
    MemorySize messageSize();

    /** The longest message a client may send before it has shown a token. */
    @WithDefault("64K")
    @WithConverter(Positive.Size.class)
    MemorySize unauthenticatedMessageSize();

    /** Messages a second that a connection may send on average. */
    @WithDefault("100")
    @WithConverter(Positive.Count.class)
    int messagesPerSecond();

    /** Messages that a connection may send at once. */
    @WithDefault("200")
    @WithConverter(Positive.Count.class)
    int burst();

    /** REST calls a second that a subject may make on average; one too many is refused with 429. */
    @WithDefault("1000")
    @WithConverter(Positive.Count.class)
    int requestsPerSecond();

    /** REST calls that a subject may make at once. */
    @WithDefault("2000")
    @WithConverter(Positive.Count.class)
    int requestsBurst();

    /** Bytes that may wait to be sent to one connection; when there would be more it is too slow and closed with 4408, or its stream ended. */
    @WithDefault("1M")
    @WithConverter(Positive.Size.class)
    MemorySize queueSize();

    /** Messages in one frame, for connections that ask for batches. */
    @WithDefault("100")
    @WithConverter(Positive.Count.class)
    int batch();
}
