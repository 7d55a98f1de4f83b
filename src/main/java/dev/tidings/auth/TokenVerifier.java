package dev.tidings.auth;

/** Tells from a token who is calling. Safe on any thread; does not wait for a network. */
public interface TokenVerifier {
    /** @throws Unauthenticated when the token's form, signature, algorithm, issuer or time is not good */
    Caller verify(String token) throws Unauthenticated;
}
