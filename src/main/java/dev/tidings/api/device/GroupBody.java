package dev.tidings.api.device;

import dev.tidings.device.group.Group;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Who is to be in a group: what {@link Group#members} reads, as the API's description shows it. */
@Schema(
        name = "GroupMembers",
        description = "Who is in a group; other members are refused, but for the id of the group itself")
record GroupBody(
        @Schema(
                description = "Ids of devices that there are, and that the caller may subscribe to; at most 1000",
                examples = "[\"motor_01\", \"motor_02\"]",
                required = true)
        List<String> members) {}
