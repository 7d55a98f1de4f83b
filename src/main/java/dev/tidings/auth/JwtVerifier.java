package dev.tidings.auth;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Scratch. */
@ApplicationScoped
public class JwtVerifier implements TokenVerifier {
    private final DefaultJWTParser parser;

    JwtVerifier(AuthConfig config) {
        JWTAuthContextInfo info = new JWTAuthContextInfo(
                new SecretKeySpec(
                        config.secret().orElse("x".repeat(32)).getBytes(StandardCharsets.UTF_8), "HmacSHA256"),
                null);
        info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.HS256));
        parser = new DefaultJWTParser(info);
    }

    @Override
    public Caller verify(String token) throws Unauthenticated {
        try {
            JsonWebToken jwt = parser.parse(token);
            List<Permission> granted = new ArrayList<>();
            if (jwt.getClaim("permissions") instanceof Collection<?> list) {
                for (Object each : list) {
                    granted.add(Permission.parse(each instanceof JsonString s ? s.getString() : each.toString()));
                }
            }
            String tenant = jwt.getClaim("tenant");
            return new Caller(
                    jwt.getSubject(),
                    tenant == null ? "default" : tenant,
                    jwt.getExpirationTime() * 1000,
                    new Permissions(granted));
        } catch (ParseException e) {
            throw new Unauthenticated("bad token: " + e.getMessage());
        }
    }
}
