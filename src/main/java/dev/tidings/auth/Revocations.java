package dev.tidings.auth;

import dev.tidings.auth.Caller.Origin;
import dev.tidings.auth.Revocation.Kind;
import dev.tidings.auth.Revocation.Target;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Which tokens this instance knows to be revoked. Asked for each token that is shown; never waits. Safe on any thread. */
@ApplicationScoped
public class Revocations {
    /** How many parts revocations are kept in, each of which is replaced as a whole. */
    public static final int PARTS = 64;

    /** The longest {@code jti} that a token may have, in characters. */
    public static final int MAX_TOKEN_ID = 256;

    private final Clock clock;
    private final AtomicReferenceArray<Map<Target, Revocation>> parts = new AtomicReferenceArray<>(PARTS);

    public Revocations(Clock clock) {
        this.clock = clock;
        for (int part = 0; part < PARTS; part++) {
            parts.set(part, Map.of());
        }
    }

    /** The part that a target belongs to: the same on every instance, for ever. */
    public static int partOf(Target target) {
        return Math.floorMod(target.hash(), PARTS);
    }

    /** What a part holds now. */
    public Map<Target, Revocation> part(int part) {
        return parts.get(part);
    }

    /** From now on a part holds this. */
    public void replace(int part, Map<Target, Revocation> known) {
        parts.set(part, Map.copyOf(known));
    }

    /** True when the token that a caller has shown is refused. */
    public boolean refuse(Caller caller) {
        if (!(caller.origin() instanceof Origin.Token token)) {
            return false;
        }
        long now = clock.millis();
        return refuses(new Target(caller.tenant(), Kind.SUBJECT, caller.subject()), token, now)
                || (token.id() != null && refuses(new Target(caller.tenant(), Kind.TOKEN, token.id()), token, now));
    }

    private boolean refuses(Target target, Origin.Token token, long now) {
        Revocation revocation = parts.get(partOf(target)).get(target);
        return revocation != null && revocation.means(token, now);
    }
}
