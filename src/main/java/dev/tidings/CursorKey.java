package dev.tidings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidings.connection.CursorSeal;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.State;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key that cursors are sealed with. It lives in the log that they lead into, as a state that no token can name: all
 * instances on that log have the same, and it is gone when the log is.
 */
@Singleton
class CursorKey {
    private static final ChannelKey PLACE = new ChannelKey(Canary.TENANT, new Channel("cursors"));
    private static final String MEMBER = "key";
    private static final long RETRY_MS = 250;

    private final EventLog log;
    private final Intake intake;
    private final CursorSeal seal;
    private final Vertx vertx;

    CursorKey(EventLog log, Intake intake, CursorSeal seal, Vertx vertx) {
        this.log = log;
        this.intake = intake;
        this.seal = seal;
        this.vertx = vertx;
    }

    /** Gets the key, or makes it if this is the first instance; goes on trying while the log cannot be reached. */
    void load() {
        var unused = log.read(PLACE, Range.HEAD).whenComplete((slice, failure) -> {
            State state = failure == null ? slice.head().state() : null;
            if (state != null) {
                seal.use(Base64.getDecoder()
                        .decode(state.data().tree().path(MEMBER).asText()));
                return;
            }
            if (failure == null) {
                make();
            } else {
                later();
            }
        });
    }

    private void later() {
        vertx.setTimer(RETRY_MS, again -> load());
    }

    /** Whoever is first wins; the next look tells which key it is. */
    private void make() {
        byte[] key = new byte[CursorSeal.KEY_LENGTH];
        new SecureRandom().nextBytes(key);
        Change put = new Change.Put(JsonNodeFactory.instance
                .objectNode()
                .put(MEMBER, Base64.getEncoder().encodeToString(key)));
        var unused = intake.submit(new Submission.Write(PLACE, put, new Precondition.Absent(), null, null))
                .thenAccept(outcome -> {
                    if (outcome instanceof Outcome.Unavailable) {
                        later();
                    } else {
                        load();
                    }
                });
    }
}
