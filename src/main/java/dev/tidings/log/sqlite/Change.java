package dev.tidings.log.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/**
 * Something else than events that is written to the file, within a transaction that may have events too.
 *
 * @param work done on the writer's thread
 * @param answer completes when the transaction is committed
 */
record Change<T>(Work<T> work, CompletableFuture<T> answer) {
    /** Changes what it wants; whatever it throws undoes the whole transaction. */
    interface Work<T> {
        T in(Database database) throws SQLException;
    }

    /** Does it; what is returned says so, when it holds. */
    Runnable run(Database database) throws SQLException {
        T result = work.in(database);
        return () -> answer.complete(result);
    }
}
