package dev.tidings.graphql;

import dev.tidings.log.LogUnavailable;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Tells what has become of a field that cannot be had. Nothing of this code's inside gets out. */
final class Failures implements DataFetcherExceptionHandler {
    private static final Logger LOG = Logger.getLogger("dev.tidings.graphql");

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters failed) {
        Refusal refusal = refusal(failed.getException());
        GraphQLError error = GraphQLError.newError()
                .message("%s", refusal.message())
                .path(failed.getPath())
                .location(failed.getSourceLocation())
                .extensions(Errors.extensions(refusal))
                .build();
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(error).build());
    }

    /** What a failure is to whoever met with it; one that is a fault of ours is logged. */
    static Refusal refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CallRefused refused) {
            return refused.refusal();
        }
        if (cause instanceof LogUnavailable unavailable) {
            return new Refusal(ErrorCode.UNAVAILABLE, String.valueOf(unavailable.getMessage()));
        }
        LOG.error("could not carry out an operation", cause);
        return new Refusal(ErrorCode.INTERNAL, "something went wrong here");
    }
}
