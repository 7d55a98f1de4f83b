package dev.tidings.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** What holds for the whole API. */
@ApplicationPath("/")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Tidings",
                        version = "1",
                        description = "Publish events, read and write state, read history. Live events come over the"
                                + " WebSocket at /ws. Errors are problem details (RFC 9457) with a code.",
                        license = @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")),
        security = @SecurityRequirement(name = "token"))
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT",
        description = "A JSON Web Token with sub, exp and permissions")
public class ApiDescription extends Application {}
