package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of groups. */
@Schema(name = "Groups", description = "Groups in the order of their ids", requiredProperties = "items")
record GroupList(
        @Schema(description = "The groups") List<GroupItem> items,

        @Schema(description = "To be given as after for the next page; absent on the last", examples = "hall")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String next) {}
