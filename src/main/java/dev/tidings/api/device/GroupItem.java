package dev.tidings.api.device;

import dev.tidings.device.group.Group;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A group of devices. */
@Schema(
        name = "Group",
        description = "A group of devices",
        requiredProperties = {"id", "members"})
record GroupItem(
        @Schema(description = "Its id: that of its channel, without group:", examples = "hall")
        String id,

        @Schema(description = "Ids of the devices in it", examples = "[\"motor_01\", \"motor_02\"]")
        List<String> members) {
    static GroupItem of(Group group) {
        return new GroupItem(group.id(), group.members());
    }
}
