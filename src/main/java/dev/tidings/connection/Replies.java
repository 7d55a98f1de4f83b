package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.log.LogUnavailable;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What answers to a member's messages have in common. Used on the connection's loop only. */
final class Replies {
    private final Session session;
    private final Executor loop;

    Replies(Session session, Executor loop) {
        this.session = session;
        this.loop = loop;
    }

    /** True when the token does not permit it; then the client has been told. */
    boolean forbidden(Caller caller, Verb verb, ChannelPattern target, @Nullable String messageId) {
        if (caller.permissions().allows(verb, target)) {
            return false;
        }
        refuse(
                messageId,
                target.text(),
                ErrorCode.FORBIDDEN,
                "the token does not permit " + verb.text() + ":" + target.text());
        return true;
    }

    void refuse(@Nullable String messageId, @Nullable String channel, ErrorCode code, String why) {
        session.refuse(messageId, channel, new Refusal(code, why));
    }

    /** Tells what a failure means to the client; one that is a fault of ours is logged. */
    void fail(@Nullable String messageId, String channel, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof LogUnavailable unavailable && unavailable.getMessage() != null) {
            refuse(messageId, channel, ErrorCode.UNAVAILABLE, unavailable.getMessage());
        } else {
            session.log().error(messageId, "could not answer about " + channel, cause);
            refuse(messageId, channel, ErrorCode.INTERNAL, "something went wrong here");
        }
    }

    /** The same stage, completing on the loop. */
    <T> CompletionStage<T> onLoop(CompletionStage<T> stage) {
        CompletableFuture<T> onLoop = new CompletableFuture<>();
        then(stage, (result, failure) -> {
            if (failure == null) {
                onLoop.complete(result);
            } else {
                onLoop.completeExceptionally(failure);
            }
        });
        return onLoop;
    }

    /** Goes on with a result on the loop: at once when it is there already. */
    <T> void then(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> next) {
        if (stage.toCompletableFuture().isDone()) {
            var unused = stage.whenComplete(next);
        } else {
            var unused = stage.whenComplete((result, failure) -> loop.execute(() -> next.accept(result, failure)));
        }
    }
}
