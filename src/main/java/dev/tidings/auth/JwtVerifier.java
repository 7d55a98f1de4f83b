package dev.tidings.auth;

import dev.tidings.auth.key.SigningKeys;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.Key;
import java.time.Clock;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs with SmallRye JWT: the signature by the one algorithm configured, issuer and audience if they are, and the
 * times exactly. Never waits: a token that names a key which has not been fetched yet is refused, the key is looked for
 * meanwhile, and the same token is good some seconds later if there is such a key.
 *
 * <p>Neither tokens nor their claims are logged.
 */
@ApplicationScoped
public class JwtVerifier implements TokenVerifier {
    private static final int MAX_TOKEN_CHARACTERS = 16 * 1024;

    private final SigningKeys keys;
    private final CallerReader callers;
    private final Grants grants;
    private final AnonymousAccess anonymous;
    private final Revocations revocations;
    private final Parser parser;
    private final RecentTokens recent;

    /** Takes the key from our keys, where the library would look for one itself and wait for it. */
    private static final class Parser extends DefaultJWTTokenParser {
        private final VerificationKeyResolver keys;

        Parser(VerificationKeyResolver keys) {
            this.keys = keys;
        }

        @Override
        protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo checks) {
            return keys;
        }
    }

    JwtVerifier(
            SigningKeys keys,
            AuthConfig config,
            Grants grants,
            AnonymousAccess anonymous,
            Revocations revocations,
            Clock clock) {
        this.keys = keys;
        this.grants = grants;
        this.anonymous = anonymous;
        this.revocations = revocations;
        this.callers = new CallerReader(config.tenantClaim(), grants, clock);
        this.recent = new RecentTokens(clock);
        this.parser = new Parser((signature, nesting) -> key(signature));
    }

    /**
     * Makes sure that tokens can be verified as configured. To be called once at the start, on a thread that may wait: up to
     * ten seconds for keys behind a URL. When they do not come by then the service starts all the same and keeps trying.
     *
     * @throws IllegalStateException when the service must not start like this; one line that names the key to change
     */
    public void start() {
        keys.open();
        grants.checkConfiguration();
        anonymous.checkConfiguration();
    }

    @Override
    public Caller verify(String token) throws Unauthenticated {
        if (token.length() > MAX_TOKEN_CHARACTERS) {
            throw new Unauthenticated("the token has more than " + MAX_TOKEN_CHARACTERS + " characters");
        }
        Caller caller = recent.find(token);
        if (caller == null) {
            caller = callers.read(claims(token));
            recent.add(token, caller);
        }
        if (revocations.refuse(caller)) {
            throw new Unauthenticated("the token has been revoked");
        }
        return caller;
    }

    private JwtClaims claims(String token) throws Unauthenticated {
        JWTAuthContextInfo checks = keys.checks();
        try {
            return parser.parse(token, checks).getJwtClaims();
        } catch (ParseException e) {
            throw new Unauthenticated(reason(e.getCause()));
        } catch (RuntimeException e) {
            // The library casts claims that have no business being of another type.
            throw new Unauthenticated("the token's claims are malformed");
        }
    }

    private Key key(JsonWebSignature signature) throws UnresolvableKeyException {
        String algorithm = keys.algorithm().getAlgorithm();
        if (!algorithm.equals(signature.getAlgorithmHeaderValue())) {
            throw new UnresolvableKeyException(
                    "the token is not signed with " + algorithm + ", which alone is accepted");
        }
        Key key = keys.find(signature.getKeyIdHeaderValue());
        if (key == null) {
            throw new UnresolvableKeyException(
                    "the token is signed with a key that is not known here; if it is new, try again in some seconds");
        }
        return key;
    }

    /** What to tell the token's sender. The library's own words would repeat the claims. */
    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof UnresolvableKeyException unresolvable && unresolvable.getMessage() != null) {
            return unresolvable.getMessage();
        }
        if (!(cause instanceof InvalidJwtException invalid)) {
            return "the token cannot be verified";
        }
        if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "the token has expired";
        }
        if (invalid.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "the token has no exp";
        }
        if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "the token is not valid yet (nbf)";
        }
        if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID) || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "the token is of another issuer (iss)";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "the token is for another audience (aud)";
        }
        if (invalid.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
            return "the token's signature does not match";
        }
        return "not a JWT, or a malformed one";
    }
}
