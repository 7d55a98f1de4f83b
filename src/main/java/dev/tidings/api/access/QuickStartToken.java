package dev.tidings.api.access;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A token for trying out. */
@Schema(
        name = "QuickStartToken",
        description = "A token for trying out",
        requiredProperties = {"token", "expires_at"})
record QuickStartToken(
        @Schema(description = "The token", examples = "eyJhbGciOiJIUzI1NiJ9.…")
        String token,

        @Schema(description = "When it ends, in ms since the Unix epoch", examples = "1704110400000")
        long expires_at) {}
