package dev.tidings.auth;

import dev.tidings.auth.Caller.Origin;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jose4j.jwt.JwtClaims;
import org.jspecify.annotations.Nullable;

/** Reads from a token whose signature is good who is calling and what they may do. Exact about times. */
final class CallerReader {
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();
    private static final int MAX_SUBJECT = 128;
    private static final int MAX_INFO_BYTES = 1024;

    /** Tenants that begin with _ are the service's own. */
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-][A-Za-z0-9._-]{0,63}");

    /** The last moment that can be written as a date; later ones would overflow when counted in ms. */
    private static final double LATEST_SECONDS = 253_402_300_799.0;

    private final String tenantClaim;
    private final Grants grants;
    private final Clock clock;

    CallerReader(String tenantClaim, Grants grants, Clock clock) {
        this.tenantClaim = tenantClaim;
        this.grants = grants;
        this.clock = clock;
    }

    Caller read(JwtClaims claims) throws Unauthenticated {
        long expiresAt = checkTimes(claims);
        String subject = subject(claims);
        return new Caller(
                subject, tenant(claims), expiresAt, permissions(claims, subject), info(claims), origin(claims));
    }

    private long checkTimes(JwtClaims claims) throws Unauthenticated {
        long now = clock.millis();
        Long expiresAt = millis(claims, "exp");
        if (expiresAt == null) {
            throw new Unauthenticated("the token has no exp");
        }
        if (expiresAt <= now) {
            throw new Unauthenticated("the token has expired");
        }
        Long notBefore = millis(claims, "nbf");
        if (notBefore != null && notBefore > now + CLOCK_SKEW_MS) {
            throw new Unauthenticated("the token is not valid yet (nbf)");
        }
        Long issuedAt = millis(claims, "iat");
        if (issuedAt != null && issuedAt > now + CLOCK_SKEW_MS) {
            throw new Unauthenticated("the token was issued in the future (iat)");
        }
        return expiresAt;
    }

    private static @Nullable Long millis(JwtClaims claims, String name) throws Unauthenticated {
        Object value = claims.getClaimValue(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number) || Double.isNaN(number.doubleValue())) {
            throw new Unauthenticated("the token's " + name + " is not a number of seconds");
        }
        double seconds = Math.clamp(number.doubleValue(), 0, LATEST_SECONDS);
        return (long) Math.floor(seconds * 1000);
    }

    private static String subject(JwtClaims claims) throws Unauthenticated {
        if (!(claims.getClaimValue("sub") instanceof String subject)
                || subject.isBlank()
                || subject.length() > MAX_SUBJECT
                || subject.codePoints().anyMatch(CallerReader::isNoCharacter)) {
            throw new Unauthenticated("the token needs a sub: 1 to " + MAX_SUBJECT
                    + " characters that are not all blank, and none a control character");
        }
        return subject;
    }

    /** Control characters, and halves of surrogate pairs: nothing could write such a name. */
    private static boolean isNoCharacter(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    private String tenant(JwtClaims claims) throws Unauthenticated {
        Object tenant = claims.getClaimValue(tenantClaim);
        if (tenant == null) {
            return ChannelKey.DEFAULT_TENANT;
        }
        if (!(tenant instanceof String name) || !TENANT.matcher(name).matches()) {
            throw new Unauthenticated("the token's " + tenantClaim
                    + " is not 1 to 64 of letters, digits and . _ - that do not begin with _");
        }
        return name;
    }

    private Permissions permissions(JwtClaims claims, String subject) throws Unauthenticated {
        List<String> claimed = strings(claims, "permissions");
        List<String> roles = strings(claims, "groups");
        try {
            return grants.of(subject, claimed, roles);
        } catch (Invalid e) {
            throw new Unauthenticated("the token's permissions have " + e.getMessage());
        }
    }

    private static Origin origin(JwtClaims claims) throws Unauthenticated {
        Object id = claims.getClaimValue("jti");
        if (id != null && !(id instanceof String text && text.length() <= Revocations.MAX_TOKEN_ID)) {
            throw new Unauthenticated(
                    "the token's jti is not a string of at most " + Revocations.MAX_TOKEN_ID + " characters");
        }
        Long issuedAt = millis(claims, "iat");
        return new Origin.Token((String) id, issuedAt == null ? OptionalLong.empty() : OptionalLong.of(issuedAt));
    }

    private static @Nullable Json info(JwtClaims claims) throws Unauthenticated {
        Object value = claims.getClaimValue("info");
        if (value == null) {
            return null;
        }
        Json info = Json.of(Json.MAPPER.valueToTree(value));
        if (info.size() > MAX_INFO_BYTES) {
            throw new Unauthenticated("the token's info has more than " + MAX_INFO_BYTES + " bytes");
        }
        return info;
    }

    private static List<String> strings(JwtClaims claims, String name) throws Unauthenticated {
        Object value = claims.getClaimValue(name);
        if (value == null) {
            return List.of();
        }
        List<String> strings = new ArrayList<>();
        if (value instanceof Collection<?> list) {
            for (Object each : list) {
                if (!(each instanceof String string)) {
                    throw new Unauthenticated("the token's " + name + " has an entry that is not a string");
                }
                strings.add(string);
            }
            return strings;
        }
        throw new Unauthenticated("the token's " + name + " is not a list of strings");
    }
}
