package dev.tidings.api.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.api.call.Query;
import dev.tidings.auth.Revocation;
import dev.tidings.auth.Revocation.Kind;
import dev.tidings.auth.Revocations;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which tokens are to be refused, and for how long; the answer says the same of those that are. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Revocation",
        description = "Which tokens are refused, and for how long: jti or sub is given, not both",
        requiredProperties = "until")
record RevocationBody(
        @Schema(
                description = "One token, by its jti",
                examples = "8f14e45f-ceea-467f-a9a5-0190d5f04a77",
                minLength = 1,
                maxLength = Revocations.MAX_TOKEN_ID)
        @Nullable
        String jti,

        @Schema(description = "All tokens of a subject", examples = "bob", minLength = 1, maxLength = 128) @Nullable
        String sub,

        @Schema(
                description = "When that ends, in ms since the Unix epoch: after now, and after the tokens have expired"
                        + " if they are not to be good again",
                examples = "4102444800000")
        long until,

        @Schema(
                description =
                        "With sub only: tokens issued at this moment, in ms since the Unix epoch, or later are not"
                                + " meant; all are unless given",
                examples = "1704067200000",
                minimum = "0")
        @Nullable
        Long issued_before) {
    private static final int MAX_SUBJECT = 128;

    /** The end of the year 9999: what is later is not in ms. */
    private static final long LATEST = 253_402_300_799_999L;

    /** @throws Invalid when the body is not one JSON object of that form */
    static RevocationBody read(byte[] body, long now) {
        JsonNode tree = Json.parse(body).tree();
        if (!tree.isObject()) {
            throw invalid("a revocation is an object such as {\"jti\": \"8f14e45f\", \"until\": 4102444800000}");
        }
        String jti = text(tree, "jti", Revocations.MAX_TOKEN_ID);
        String sub = text(tree, "sub", MAX_SUBJECT);
        if ((jti == null) == (sub == null)) {
            throw invalid(jti == null ? "jti or sub is missing" : "jti and sub are both given; allowed is one of them");
        }
        Long until = time(tree, "until", now + 1);
        if (until == null) {
            throw invalid("until is missing: when it ends, in ms since the Unix epoch");
        }
        Long issuedBefore = time(tree, "issued_before", 0);
        if (issuedBefore != null && sub == null) {
            throw invalid("issued_before is given with jti; allowed is it with sub only");
        }
        return new RevocationBody(jti, sub, until, issuedBefore);
    }

    Revocation.Target target(String tenant) {
        return jti != null
                ? new Revocation.Target(tenant, Kind.TOKEN, jti)
                : new Revocation.Target(tenant, Kind.SUBJECT, String.valueOf(sub));
    }

    Revocation revocation() {
        return new Revocation(until, issued_before == null ? OptionalLong.empty() : OptionalLong.of(issued_before));
    }

    private static @Nullable String text(JsonNode tree, String name, int longest) {
        JsonNode value = tree.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String text = value.textValue();
        if (text == null
                || text.isBlank()
                || text.length() > longest
                || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(name + " is a string of 1 to " + longest
                    + " characters that are not all blank, and none a control character");
        }
        return text;
    }

    private static @Nullable Long time(JsonNode tree, String name, long earliest) {
        JsonNode value = tree.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < earliest
                || value.longValue() > LATEST) {
            throw invalid(name + ": found " + Query.shown(value.toString()) + ", allowed is a time "
                    + (earliest > 0 ? "after now " : "") + "in ms since the Unix epoch, up to " + LATEST);
        }
        return value.longValue();
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
