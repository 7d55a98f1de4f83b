package dev.tidings.command;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.protocol.CommandResult;
import java.util.function.Predicate;

/** A handler as this instance knows it: what it answers, and what it has been given. Safe on any thread. */
public interface Registration extends AutoCloseable {
    /** It answers these commands from now on. */
    void add(ChannelPattern pattern);

    /** It is given no more of these commands. What it has been given it may still answer. */
    void remove(ChannelPattern pattern);

    /**
     * Takes its answer to a command.
     *
     * @return false when it has no such command: it was never given it, has answered it, or was too slow
     */
    boolean answer(String command, CommandResult result);

    /** Takes commands away from it, which end as failed. */
    void withdraw(Predicate<Channel> where);

    /** It is gone. What it has not answered ends as failed. */
    @Override
    void close();
}
