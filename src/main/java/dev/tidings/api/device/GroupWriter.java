package dev.tidings.api.device;

import dev.tidings.api.call.Query;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.device.Control;
import dev.tidings.device.group.Group;
import dev.tidings.device.group.GroupMirror;
import dev.tidings.device.group.Groups;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Writes groups that may be: of devices that there are, as far as the caller can know. */
@Singleton
class GroupWriter {
    private static final int UNPROCESSABLE = 422;
    private static final int MOST_NAMED = 5;

    private final Groups groups;
    private final GroupMirror mirror;

    GroupWriter(Groups groups, GroupMirror mirror) {
        this.groups = groups;
        this.mirror = mirror;
    }

    CompletionStage<Group> write(Group group, Caller caller) {
        List<String> hidden = group.members().stream()
                .filter(member -> !caller.permissions()
                        .allows(
                                Verb.SUBSCRIBE,
                                Control.keyOf(caller.tenant(), member).channel()))
                .toList();
        // What the caller may not see and what there is not is told alike.
        refuse(hidden, " is no device, or not one that the token permits to subscribe to");
        refuse(
                group.members().stream()
                        .filter(member -> !mirror.mayJoin(Control.keyOf(caller.tenant(), member), group.channel()))
                        .toList(),
                " is in " + GroupMirror.MOST_GROUPS_OF_A_DEVICE + " groups, and cannot be in more");
        return groups.missing(group).thenCompose(missing -> {
            refuse(missing, " is no device, or not one that the token permits to subscribe to");
            return groups.write(group).thenApply(written -> switch (written) {
                case DONE -> group;
                case TOO_MANY ->
                    throw unprocessable("there are " + Groups.MOST_GROUPS + " groups, and cannot be more", "");
                case TOO_LARGE ->
                    throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, "the ids of the members together are too long");
            });
        });
    }

    private static void refuse(List<String> members, String why) {
        if (!members.isEmpty()) {
            String named = members.stream()
                    .limit(MOST_NAMED)
                    .map(member -> '"' + Query.shown(member) + '"')
                    .collect(Collectors.joining(", "));
            throw unprocessable(named + (members.size() > MOST_NAMED ? " and others: each" : "") + why, "/members");
        }
    }

    private static Refused unprocessable(String message, String at) {
        return new Refused(UNPROCESSABLE, Refusal.inadmissible(message, at), Map.of());
    }
}
