package dev.tidings.connection.ws;

import dev.tidings.auth.Caller;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.connection.Drain;
import io.netty.channel.ChannelHandlerContext;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Decides whether a handshake becomes a connection: refuses pages of other hosts (403), bad tokens (401) and everybody
 * when the service is about to stop (503), and keeps what the connection will need of the request.
 */
@ApplicationScoped
public class Handshake implements HttpUpgradeCheck {
    static final TypedKey<Caller> CALLER = new TypedKey<>("caller");
    static final TypedKey<ChannelHandlerContext> CHANNEL = new TypedKey<>("channel");
    static final TypedKey<String> ADDRESS = new TypedKey<>("address");
    static final TypedKey<String> BATCH_MS = new TypedKey<>("batch_ms");
    static final TypedKey<Compression> COMPRESSION = new TypedKey<>("compression");

    private static final String BEARER = "bearer ";

    /** Below that of the framework's authorization, 100. */
    private static final int AFTER_SECURITY = 50;

    private final TokenVerifier verifier;
    private final Drain drain;
    private final Origins origins;
    private final boolean compression;
    private final boolean fastPath;

    Handshake(TokenVerifier verifier, Origins origins, ConnectionConfig connections, Drain drain) {
        this.compression = connections.compression();
        this.fastPath = connections.fastPath();
        this.verifier = verifier;
        this.drain = drain;
        this.origins = origins;
    }

    /**
     * Tokens are looked at here; the identity that the framework would find out about, if it were asked, would keep all of
     * the request in memory for as long as the connection is there.
     */
    void register(@Observes Filters filters) {
        filters.register(
                call -> {
                    if (call.request().headers().contains("Sec-WebSocket-Key")) {
                        call.remove(QuarkusHttpUser.DEFERRED_IDENTITY_KEY);
                    }
                    call.next();
                },
                AFTER_SECURITY);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        if (drain.isRunning()) {
            return CheckResult.rejectUpgrade(503, Map.of("Retry-After", List.of("1")));
        }
        HttpServerRequest request = upgrade.httpRequest();
        if (!origins.allow(request)) {
            return CheckResult.rejectUpgrade(403);
        }
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            try {
                upgrade.userData().put(CALLER, verifier.verify(token(authorization)));
            } catch (Unauthenticated e) {
                return unauthorized(String.valueOf(e.getMessage()));
            }
        }
        SocketAddress address = request.remoteAddress();
        if (address != null) {
            upgrade.userData().put(ADDRESS, String.valueOf(address.hostAddress()));
        }
        String batchMs = request.getParam(BATCH_MS.value());
        if (batchMs != null) {
            upgrade.userData().put(BATCH_MS, batchMs);
        }
        if (!fastPath || !(request.connection() instanceof ConnectionBase connection)) {
            return CheckResult.permitUpgrade();
        }
        ChannelHandlerContext channel = connection.channelHandlerContext();
        channel.pipeline().addBefore(channel.name(), null, new RequestForgotten(request));
        upgrade.userData().put(CHANNEL, channel);
        Compression agreed = compression ? Compression.of(request.headers().getAll(Compression.HEADER)) : null;
        if (agreed == null) {
            return CheckResult.permitUpgrade();
        }
        upgrade.userData().put(COMPRESSION, agreed);
        return CheckResult.permitUpgrade(Map.of(Compression.HEADER, List.of(agreed.answer())));
    }

    /** The reason goes where RFC 6750, section 3, puts it. */
    private static Uni<CheckResult> unauthorized(String why) {
        String description = why.replaceAll("[^ !#-\\[\\]-~]", "?");
        String challenge = "Bearer error=\"invalid_token\", error_description=\"" + description + '"';
        return CheckResult.rejectUpgrade(401, Map.of("WWW-Authenticate", List.of(challenge)));
    }

    private static String token(String authorization) throws Unauthenticated {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw new Unauthenticated("Authorization is Bearer and a token");
        }
        return authorization.substring(BEARER.length()).trim();
    }
}
