package dev.tidings.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Makes tokens, good ones and others, without the library that checks them. */
public final class Tokens {
    public static final String SECRET = "a-secret-for-tests-of-at-least-32-bytes";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final ObjectMapper JSON = new ObjectMapper();

    private Tokens() {}

    /** A token of the default tenant that is good for an hour. */
    public static String token(String subject, String... permissions) {
        return sign(claims(subject, permissions));
    }

    /** The claims of such a token, to be changed. */
    public static Map<String, Object> claims(String subject, String... permissions) {
        long now = System.currentTimeMillis() / 1000;
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", subject);
        claims.put("iat", now);
        claims.put("exp", now + 3600);
        claims.put("permissions", List.of(permissions));
        return claims;
    }

    /** A token of another tenant. */
    public static String tenantToken(String tenant, String subject, String... permissions) {
        Map<String, Object> claims = claims(subject, permissions);
        claims.put("tenant", tenant);
        return sign(claims);
    }

    public static String sign(Map<String, Object> claims) {
        return sign(claims, Map.of("alg", "HS256", "typ", "JWT"), SECRET);
    }

    public static String sign(Map<String, Object> claims, Map<String, Object> header, String secret) {
        try {
            String content = encode(header) + '.' + encode(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return content + '.' + BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Signs with a private key.
     *
     * @param keyId for the header; null for none
     * @param signature its name as Java knows it
     */
    public static String sign(
            Map<String, Object> claims, String algorithm, @Nullable String keyId, String signature, PrivateKey key) {
        Map<String, Object> header = new LinkedHashMap<>(Map.of("alg", algorithm));
        if (keyId != null) {
            header.put("kid", keyId);
        }
        try {
            String content = encode(header) + '.' + encode(claims);
            Signature signer = Signature.getInstance(signature);
            signer.initSign(key);
            signer.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + '.' + BASE64.encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(Map<String, Object> part) {
        try {
            return BASE64.encodeToString(JSON.writeValueAsBytes(part));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
