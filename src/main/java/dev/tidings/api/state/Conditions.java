package dev.tidings.api.state;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.Refused;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.protocol.ErrorCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call demands of a state (RFC 9110, section 13.1).
 *
 * @param ifMatch the header If-Match, if it came
 * @param ifNoneMatch the header If-None-Match, if it came
 */
record Conditions(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
    private static final String ANY = "*";

    static Conditions of(Call call) {
        return new Conditions(trimmed(call.header("If-Match")), trimmed(call.header("If-None-Match")));
    }

    private static @Nullable String trimmed(@Nullable String header) {
        return header == null ? null : header.trim();
    }

    /**
     * Whether whoever reads has this state already.
     *
     * @throws Refused when it is not one that they want
     */
    boolean isKnown(ETag present) {
        if (ifMatch != null
                && !ifMatch.equals(ANY)
                && ETag.list(ifMatch, "If-Match").stream().noneMatch(present::matchesStrongly)) {
            throw failed();
        }
        return ifNoneMatch != null
                && (ifNoneMatch.equals(ANY)
                        || ETag.list(ifNoneMatch, "If-None-Match").stream().anyMatch(present::matchesWeakly));
    }

    /**
     * What must hold for a write: any of these. More than one where If-Match lists tags.
     *
     * @throws Refused when nothing can hold: no state has such a tag
     */
    List<Precondition> ofWrite() {
        if (ifMatch != null && ifNoneMatch != null) {
            throw invalid("a write has one of If-Match and If-None-Match");
        }
        if (ifNoneMatch != null) {
            if (!ifNoneMatch.equals(ANY)) {
                throw invalid("If-None-Match of a write is *: write only where there is no state");
            }
            return List.of(new Precondition.Absent());
        }
        if (ifMatch == null) {
            return List.of(new Precondition.None());
        }
        return ifMatch.equals(ANY) ? List.of(new Precondition.Exists()) : places(ifMatch);
    }

    private static List<Precondition> places(String ifMatch) {
        List<Precondition> places = ETag.list(ifMatch, "If-Match").stream()
                .map(ETag::place)
                .filter(Objects::nonNull)
                .map(Conditions::changedAt)
                .distinct()
                .toList();
        if (places.isEmpty()) {
            throw failed();
        }
        return places;
    }

    private static Precondition changedAt(Position place) {
        return new Precondition.ChangedAt(place);
    }

    static Refused failed() {
        return new Refused(ErrorCode.CONFLICT, "the state is not the one that If-Match or If-None-Match asks for");
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
