package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokens are good, and what they permit: by a secret, by a public key in a file, by a key set behind a URL. */
class TokensIT {
    private static final String PERMISSION = "publish:a:*";

    @TempDir
    private static Path keys;

    private static KeyPair rsa;
    private static TidingsServer bySecret;
    private static TidingsServer byFile;

    @BeforeAll
    static void start() throws GeneralSecurityException, IOException {
        rsa = newRsa();
        Path file = keys.resolve("key.pem");
        Files.writeString(file, pem(rsa.getPublic()));
        bySecret = TidingsServer.start(Map.of(
                "mp.jwt.verify.issuer", "https://issuer.example",
                "mp.jwt.verify.audiences", "tidings,other",
                "tidings.auth.roles.operator", "subscribe:device:*,command:device:{sub}",
                "tidings.auth.tenant-claim", "org"));
        byFile = TidingsServer.start(
                Map.of("tidings.auth.secret", "", "mp.jwt.verify.publickey.location", file.toString()));
    }

    @AfterAll
    static void stop() {
        bySecret.close();
        byFile.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                      | 200 |
            {"iss": "https://other.example"}        | 401 | another issuer
            {"iss": null}                           | 401 | another issuer
            {"aud": "elsewhere"}                    | 401 | another audience
            {"aud": ["elsewhere", "tidings"]}       | 200 |
            {"aud": null}                           | 401 | another audience
            {"exp": -1}                             | 401 | expired
            {"exp": 0}                              | 401 | expired
            {"exp": 1}                              | 200 |
            {"exp": null}                           | 401 | no exp
            {"exp": "soon"}                         | 401 | malformed
            {"nbf": 4}                              | 200 |
            {"nbf": 60}                             | 401 | not valid yet
            {"iat": 60}                             | 401 | issued in the future
            {"sub": null}                           | 401 | needs a sub
            {"sub": ""}                             | 401 | needs a sub
            {"sub": 7}                              | 401 |
            {"sub": "a\\nb"}                        | 401 | needs a sub
            {"sub": "a\\ud800"}                     | 401 | needs a sub
            {"org": "acme"}                         | 200 |
            {"org": "_tidings"}                     | 401 | org
            {"org": "a b"}                          | 401 | org
            {"permissions": "publish:a:*"}          | 401 |
            {"permissions": ["fly:a:*"]}            | 401 | fly:a:*
            {"permissions": ["publish:A:*"]}        | 401 | publish:A:*
            {"permissions": []}                     | 200 |
            {"permissions": null}                   | 200 |
            {"groups": ["operator", "nobody"]}      | 200 |
            """)
    void claimsAreHeldTo(String changes, int status, String reason) {
        HttpResponse<String> response = ask(bySecret, Tokens.sign(changed(goodClaims(), changes)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        if (reason != null) {
            assertThat(response.body()).contains(reason).contains("\"unauthenticated\"");
        }
    }

    @Test
    void rolesBringPermissions() {
        Map<String, Object> claims = goodClaims();
        claims.put("groups", List.of("operator"));
        String token = Tokens.sign(claims);
        assertThat(allowed(bySecret, token, "subscribe", "device:7")).isTrue();
        assertThat(allowed(bySecret, token, "command", "device:ada")).isTrue();
        assertThat(allowed(bySecret, token, "command", "device:7")).isFalse();
        assertThat(allowed(bySecret, token, "publish", "a:1")).isTrue();
        assertThat(allowed(bySecret, token, "publish", "b:1")).isFalse();
    }

    @Test
    void onlyTheSecretSigns() {
        String good = Tokens.sign(goodClaims());
        assertThat(ask(bySecret, good).statusCode()).isEqualTo(200);
        assertRefused(
                bySecret, Tokens.sign(goodClaims(), Map.of("alg", "HS256"), "another secret of 32 bytes or more"));
        assertRefused(bySecret, good.substring(0, good.length() - 4) + "AAAA");
        assertRefused(bySecret, good.substring(0, good.lastIndexOf('.') + 1));
        assertRefused(bySecret, Tokens.sign(goodClaims(), Map.of("alg", "none"), Tokens.SECRET));
        assertRefused(bySecret, Tokens.sign(goodClaims(), Map.of("alg", "HS512"), Tokens.SECRET));
        assertRefused(bySecret, Tokens.sign(goodClaims(), Map.of("alg", "HS256", "crit", List.of("x")), Tokens.SECRET));
        assertRefused(bySecret, Tokens.sign(goodClaims(), "RS256", null, "SHA256withRSA", rsa.getPrivate()));
        assertRefused(bySecret, "a.b.c");
        assertRefused(bySecret, "x".repeat(17_000));
    }

    @Test
    void aPublicKeyIsNoSecret() throws GeneralSecurityException, IOException {
        Map<String, Object> claims = Tokens.claims("ada", PERMISSION);
        assertThat(ask(byFile, Tokens.sign(claims, "RS256", null, "SHA256withRSA", rsa.getPrivate()))
                        .statusCode())
                .isEqualTo(200);
        String text = Files.readString(keys.resolve("key.pem"));
        for (String secret : List.of(text, text.strip(), text.replace("\n", ""))) {
            assertRefused(byFile, Tokens.sign(claims, Map.of("alg", "HS256"), secret));
        }
        assertRefused(byFile, Tokens.sign(claims));
        assertRefused(byFile, Tokens.sign(claims, Map.of("alg", "none"), Tokens.SECRET));
        assertRefused(byFile, Tokens.sign(claims, "RS512", null, "SHA512withRSA", rsa.getPrivate()));
        assertRefused(byFile, Tokens.sign(claims, "RS256", null, "SHA256withRSA", newRsa().getPrivate()));
    }

    @Test
    void keysBehindAUrlMayRotate() throws GeneralSecurityException {
        KeyPair first = newEc();
        KeyPair second = newEc();
        Map<String, Object> claims = Tokens.claims("ada", PERMISSION);
        String old = Tokens.sign(claims, "ES256", "k1", "SHA256withECDSAinP1363Format", first.getPrivate());
        String fresh = Tokens.sign(claims, "ES256", "k2", "SHA256withECDSAinP1363Format", second.getPrivate());
        try (Endpoint issuer = new Endpoint().answer("/keys", jwks(Map.of("k1", first)));
                TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.auth.secret", "",
                        "mp.jwt.verify.publickey.location", issuer.url("/keys"),
                        "mp.jwt.verify.publickey.algorithm", "ES256"))) {
            assertThat(ask(server, old).statusCode()).isEqualTo(200);
            assertRefused(server, fresh);
            issuer.answer("/keys", jwks(Map.of("k2", second)));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> ask(server, fresh).statusCode() == 200);
            String oldKey = Tokens.sign(
                    Tokens.claims("bob", PERMISSION),
                    "ES256",
                    "k1",
                    "SHA256withECDSAinP1363Format",
                    first.getPrivate());
            assertRefused(server, oldKey);
            // The issuer is let alone by whoever makes key ids up, and its absence hurts nobody who has been verified.
            int before = issuer.asked("/keys").size();
            for (int i = 0; i < 50; i++) {
                assertRefused(
                        server,
                        Tokens.sign(
                                claims, "ES256", "made-up-" + i, "SHA256withECDSAinP1363Format", first.getPrivate()));
            }
            assertThat(issuer.asked("/keys").size() - before).isLessThan(3);
            issuer.goAway();
            assertThat(ask(server, fresh).statusCode()).isEqualTo(200);
        }
    }

    private static Map<String, Object> goodClaims() {
        Map<String, Object> claims = Tokens.claims("ada", PERMISSION);
        claims.put("iss", "https://issuer.example");
        claims.put("aud", "tidings");
        return claims;
    }

    /** Changes claims as a JSON object says: null removes one; exp in hours from now, nbf and iat in seconds. */
    private static Map<String, Object> changed(Map<String, Object> claims, String changes) {
        long now = System.currentTimeMillis() / 1000;
        WsClient.parse(changes).properties().forEach(change -> {
            String name = change.getKey();
            JsonNode value = change.getValue();
            if (value.isNull()) {
                claims.remove(name);
            } else if (value.isNumber() && !name.equals("sub")) {
                claims.put(name, now + value.asLong() * (name.equals("exp") ? 3600 : 1));
            } else {
                claims.put(name, value);
            }
        });
        return claims;
    }

    private static HttpResponse<String> ask(TidingsServer server, String token) {
        return server.send(server.request("/api/v1/permissions?verb=publish&channel=a:1", token)
                .build());
    }

    private static boolean allowed(TidingsServer server, String token, String verb, String channel) {
        return WsClient.parse(
                        server.send(server.request("/api/v1/permissions?verb=" + verb + "&channel=" + channel, token)
                                        .build())
                                .body())
                .path("allowed")
                .asBoolean();
    }

    private static void assertRefused(TidingsServer server, String token) {
        HttpResponse<String> response = ask(server, token);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    private static KeyPair newRsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static KeyPair newEc() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(PublicKey key) {
        assertThat(key).isInstanceOf(RSAPublicKey.class);
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    private static String jwks(Map<String, KeyPair> pairs) {
        List<String> entries = new ArrayList<>();
        pairs.forEach((id, pair) -> {
            ECPublicKey key = (ECPublicKey) pair.getPublic();
            entries.add("{'kty':'EC','crv':'P-256','use':'sig','alg':'ES256','kid':'%s','x':'%s','y':'%s'}"
                    .formatted(
                            id,
                            coordinate(key.getW().getAffineX().toByteArray()),
                            coordinate(key.getW().getAffineY().toByteArray())));
        });
        return "{'keys':[" + String.join(",", entries) + "]}";
    }

    private static String coordinate(byte[] number) {
        byte[] fixed = new byte[32];
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, fixed, 32 - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(fixed, 32));
    }
}
