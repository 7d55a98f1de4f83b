package dev.tidings.api.access;

import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.QuickStart;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirementsSet;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * A token for whoever tries the service out on the machine it runs on. Only where the service has no key of its own, only to
 * that machine, and not to pages of other sites that a browser there may have open: not even when their name has been made to
 * resolve to this machine, for then Host is not one of ours.
 */
@Path("/quick-start")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Quick start", description = "Trying it out")
public class QuickStartResource {
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

    private final QuickStart quickStart;

    QuickStartResource(QuickStart quickStart) {
        this.quickStart = quickStart;
    }

    @GET
    @Operation(
            operationId = "quickStart",
            summary = "Get a token to try it out",
            description = "Only where no key is configured, and only on the machine itself; 404 everywhere else.")
    @SecurityRequirementsSet
    @APIResponse(
            responseCode = "200",
            description = "A token that permits everything in the default tenant",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = QuickStartToken.class)))
    @APIResponse(responseCode = "404", description = "This is no quick start")
    public QuickStartToken token(
            @Parameter(hidden = true) @HeaderParam("Origin") @Nullable String origin,
            @Parameter(hidden = true) @HeaderParam("Sec-Fetch-Site") @Nullable String site,
            @Context HttpServerRequest request) {
        Query.parse(request.query(), List.of());
        // HTTP/2 has no Host header; this is either.
        HostAndPort host = request.authority();
        boolean ours = host != null
                && LOOPBACK_HOST.matcher(host.host()).matches()
                && (origin == null || origin.equalsIgnoreCase("http://" + host))
                && (site == null || site.equals("same-origin") || site.equals("none"))
                && fromThisMachine(request);
        QuickStart.Grant token = ours ? quickStart.grant().orElse(null) : null;
        if (token == null) {
            throw new Refused(ErrorCode.NOT_FOUND, "there is no such resource");
        }
        return new QuickStartToken(token.token(), token.expiresAt());
    }

    private static boolean fromThisMachine(HttpServerRequest request) {
        try {
            return InetAddress.getByName(request.remoteAddress().hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
