package dev.tidings.api;

import dev.tidings.api.call.Problem;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** What holds for the whole API. {@link CommonAnswers} adds what every operation answers. */
@ApplicationPath("/")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Tidings",
                        version = "1",
                        description = """
                                Publish events, read and write state, read history. Live events come over the WebSocket at `/ws`, or as a stream
                                at the address of a channel's history.

                                Whatever fails is answered by a problem (RFC 9457) with a `code`. A query parameter that an
                                operation does not have is refused, as is one given twice where once is meant; `+` in a query
                                stands for itself. Members of bodies that are not known are ignored. Every answer bears
                                `X-Request-Id` and is not to be kept by caches. Each resource answers HEAD where it answers GET,
                                and OPTIONS by what it allows.""",
                        license = @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")),
        security = @SecurityRequirement(name = "token"),
        components = @Components(schemas = @Schema(name = "Problem", implementation = Problem.class)))
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT",
        description = "A JSON Web Token with sub, exp and permissions")
public class ApiDescription extends Application {}
