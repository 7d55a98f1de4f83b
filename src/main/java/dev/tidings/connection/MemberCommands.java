package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.command.Command;
import dev.tidings.command.CommandSettings;
import dev.tidings.command.Handler;
import dev.tidings.command.Outcome;
import dev.tidings.command.Registration;
import dev.tidings.command.Request;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.ServerMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The commands that a member gives, and those that it answers. Used on the connection's loop only. */
final class MemberCommands {
    private final Session session;
    private final Services services;
    private final Replies replies;
    private final Executor loop;
    private final String connection;
    private final String subject;
    private final String tenant;

    /** What it answers. Most connections answer nothing, and pay for no set of their own. */
    private Set<ChannelPattern> handled = Set.of();

    private @Nullable Registration registration;

    MemberCommands(
            Session session, Services services, Replies replies, Executor loop, String connection, Caller caller) {
        this.session = session;
        this.services = services;
        this.replies = replies;
        this.loop = loop;
        this.connection = connection;
        this.subject = caller.subject();
        this.tenant = caller.tenant();
    }

    void close() {
        if (registration != null) {
            registration.close();
        }
    }

    /** Ends what a newer token does not permit any more. */
    void renew(Caller caller) {
        for (ChannelPattern target : List.copyOf(handled)) {
            if (!caller.permissions().allows(Verb.HANDLE, target)) {
                remove(target);
                replies.refuse(null, target.text(), ErrorCode.FORBIDDEN, "handle is no longer permitted");
            }
        }
        if (registration != null) {
            registration.withdraw(channel -> !caller.permissions().allows(Verb.HANDLE, channel));
        }
    }

    void command(ClientMessage.Command message, Caller caller) {
        Channel channel = message.channel();
        if (replies.forbidden(caller, Verb.COMMAND, ChannelPattern.exactly(channel), message.id())) {
            return;
        }
        Request request = new Request(new ChannelKey(tenant, channel), message.call(), connection, subject);
        replies.then(services.commands().call(request), (outcome, failure) -> {
            switch (outcome) {
                case null -> replies.fail(message.id(), channel.name(), failure);
                case Outcome.Refused(ErrorCode code, String reason) ->
                    replies.refuse(message.id(), channel.name(), code, reason);
                case Outcome.Ended(String command, CommandResult result) ->
                    session.send(new ServerMessage.CommandResponse(channel, command, result), message.id());
            }
        });
    }

    void handle(ClientMessage.Handle message, Caller caller) {
        ChannelPattern target = message.target();
        if (replies.forbidden(caller, Verb.HANDLE, target, message.id())) {
            return;
        }
        CommandSettings settings = services.commands().settings();
        if (!handled.contains(target) && handled.size() >= settings.patterns()) {
            services.observer().limitHit("handlers-per-connection");
            replies.refuse(
                    message.id(),
                    target.text(),
                    ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                    "a connection handles at most " + settings.patterns() + " channels and patterns");
            return;
        }
        // Before it is given anything.
        session.send(new ServerMessage.Handling(target), message.id());
        if (registration == null) {
            registration = services.commands().register(tenant, new Recipient());
            handled = new HashSet<>();
        }
        handled.add(target);
        registration.add(target);
    }

    void unhandle(ClientMessage.Unhandle message) {
        remove(message.target());
        session.send(new ServerMessage.Unhandled(message.target()), message.id());
    }

    private void remove(ChannelPattern target) {
        if (registration != null && handled.remove(target)) {
            registration.remove(target);
        }
    }

    void answer(ClientMessage.CommandAnswer message) {
        if (registration == null || !registration.answer(message.command(), message.result())) {
            replies.refuse(
                    message.id(),
                    null,
                    ErrorCode.NOT_FOUND,
                    "no such command waits for an answer of this connection: it was not given it, has answered it, or was"
                            + " too late");
        }
    }

    /** Brings commands to the client, from whatever thread. */
    private final class Recipient implements Handler {
        @Override
        public String name() {
            return subject;
        }

        @Override
        public void handle(Command command, long timeoutMs, Consumer<CommandResult> answer) {
            loop.execute(() -> session.send(
                    new ServerMessage.Command(command.key().channel(), command.name(), command.args(), command.from()),
                    command.id()));
        }
    }
}
