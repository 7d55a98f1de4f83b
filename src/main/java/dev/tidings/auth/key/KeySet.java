package dev.tidings.auth.key;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.util.KeyUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.Use;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Keys as they were read once. */
final class KeySet implements Keys {
    private final List<Entry> entries;

    private record Entry(@Nullable String id, Key key) {}

    private KeySet(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    static KeySet of(Key key) {
        return new KeySet(List.of(new Entry(null, key)));
    }

    /**
     * Reads the keys that are meant for an algorithm.
     *
     * @param text a JWK set, a JWK, base64 of these, or a public key or certificate as PEM
     * @throws IllegalArgumentException when there is no such key; the message says why and shows nothing of the text
     */
    static KeySet parse(String text, SignatureAlgorithm algorithm) {
        String trimmed = text.trim();
        if (trimmed.startsWith("{")) {
            return ofJwks(trimmed, algorithm);
        }
        try {
            return of(
                    trimmed.contains("BEGIN CERTIFICATE")
                            ? KeyUtils.decodeCertificate(trimmed)
                            : KeyUtils.decodePublicKey(trimmed, algorithm));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            String decoded = decoded(trimmed);
            if (decoded.startsWith("{")) {
                return ofJwks(decoded, algorithm);
            }
            throw new IllegalArgumentException(
                    "neither a JWK or JWK set nor PEM of a public key for " + algorithm.getAlgorithm(), e);
        }
    }

    private static KeySet ofJwks(String json, SignatureAlgorithm algorithm) {
        List<Entry> entries = new ArrayList<>();
        for (JsonWebKey jwk : jwks(json)) {
            if (jwk instanceof PublicJsonWebKey key && fits(key, algorithm)) {
                entries.add(new Entry(key.getKeyId(), key.getPublicKey()));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no public key for " + algorithm.getAlgorithm() + " among the JWKs");
        }
        return new KeySet(entries);
    }

    private static List<JsonWebKey> jwks(String json) {
        try {
            return json.contains("\"keys\"")
                    ? new JsonWebKeySet(json).getJsonWebKeys()
                    : List.of(JsonWebKey.Factory.newJwk(json));
        } catch (JoseException e) {
            throw new IllegalArgumentException("not a JWK or JWK set", e);
        }
    }

    /** A key must never be used for another algorithm than it was made for, nor one that is for encrypting. */
    private static boolean fits(PublicJsonWebKey key, SignatureAlgorithm algorithm) {
        String name = algorithm.getAlgorithm();
        String type = name.startsWith("ES") ? "EC" : name.startsWith("Ed") ? "OKP" : "RSA";
        return key.getKeyType().equals(type)
                && (key.getUse() == null || key.getUse().equals(Use.SIGNATURE))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(name));
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).trim();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** A key without an id, as PEM gives it, is good for any token when it is the only one. */
    @Override
    public @Nullable Key find(@Nullable String id) {
        if (entries.size() == 1 && (id == null || entries.getFirst().id() == null)) {
            return entries.getFirst().key();
        }
        for (Entry entry : entries) {
            if (id != null && id.equals(entry.id())) {
                return entry.key();
            }
        }
        return null;
    }
}
