package dev.tidings.auth;

import dev.tidings.event.ChannelKey;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonString;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Verifies JSON Web Tokens. A token found good is remembered until it ends, so that a caller who makes many requests has its
 * signature checked once.
 */
@ApplicationScoped
public class JwtVerifier implements TokenVerifier {
    private static final int MAX_TOKEN = 16 * 1024;
    private static final int MAX_REMEMBERED = 10_000;
    private static final int SKEW_SECONDS = 5;
    private static final Pattern SUBJECT = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final DefaultJWTParser parser;
    private final String tenantClaim;
    private final Grants grants;
    private final Clock clock;
    private final Map<String, Caller> remembered = new ConcurrentHashMap<>();

    JwtVerifier(AuthConfig config, Key key, Clock clock) {
        JWTAuthContextInfo info = key.verification();
        info.setClockSkew(SKEW_SECONDS);
        info.setRequireNamedPrincipal(false);
        this.parser = new DefaultJWTParser(info);
        this.tenantClaim = config.tenantClaim();
        this.grants = new Grants(config.roles());
        this.clock = clock;
    }

    @Override
    public Caller verify(String token) throws Unauthenticated {
        Caller known = remembered.get(token);
        if (known != null) {
            requireCurrent(known.expiresAt());
            return known;
        }
        Caller caller = read(parse(token));
        if (remembered.size() >= MAX_REMEMBERED) {
            // Rare, and only costs checking signatures once more.
            remembered.clear();
        }
        remembered.put(token, caller);
        return caller;
    }

    private JsonWebToken parse(String token) throws Unauthenticated {
        if (token.length() > MAX_TOKEN) {
            throw new Unauthenticated("a token has at most " + MAX_TOKEN + " characters");
        }
        try {
            return parser.parse(token);
        } catch (ParseException e) {
            // The library's reasons may quote the token; what a client needs is short.
            throw new Unauthenticated("the token is malformed, has expired, or is not signed as this server demands");
        }
    }

    private Caller read(JsonWebToken token) throws Unauthenticated {
        String subject = token.getSubject();
        require(subject != null && SUBJECT.matcher(subject).matches(), "claim sub: 1 to 128 characters are required");
        require(token.getExpirationTime() > 0, "claim exp: required");
        long expiresAt = token.getExpirationTime() * 1000;
        requireCurrent(expiresAt);
        require(
                token.getIssuedAtTime() * 1000 <= clock.millis() + SKEW_SECONDS * 1000,
                "claim iat: the token was issued in the future");
        return new Caller(subject, tenant(token), expiresAt, grants.of(token, subject));
    }

    private String tenant(JsonWebToken token) throws Unauthenticated {
        Object claim = token.getClaim(tenantClaim);
        if (claim == null) {
            return ChannelKey.DEFAULT_TENANT;
        }
        String tenant = claim instanceof JsonString text ? text.getString() : claim.toString();
        require(
                TENANT.matcher(tenant).matches(),
                "claim " + tenantClaim + ": 1 to 64 of [A-Za-z0-9._-], the first a letter or digit");
        return tenant;
    }

    /** Expiry is held to exactly, unlike the times at which a token begins. */
    private void requireCurrent(long expiresAt) throws Unauthenticated {
        require(expiresAt > clock.millis(), "the token has expired");
    }

    private static void require(boolean holds, String otherwise) throws Unauthenticated {
        if (!holds) {
            throw new Unauthenticated(otherwise);
        }
    }
}
