package dev.tidings.api.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.device.Control;
import dev.tidings.device.Devices;
import dev.tidings.device.configured.ConfiguredDevices;
import dev.tidings.device.group.Group;
import dev.tidings.device.group.GroupControl;
import dev.tidings.device.group.Groups;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.intake.EventIds;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Groups of devices. */
@Path("/api/v1/groups")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Devices", description = "How devices are, and changing them")
public class GroupsResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int LONGEST_MS = 60_000;
    private static final long MILLISECOND = 1_000_000;
    private static final String CAUSE = "cause";
    private static final String GROUP = "The group's id";
    private static final String GROUP_EXAMPLE = "hall";
    private static final String MISSING = "There is no such group";

    private final Groups groups;
    private final GroupWriter writer;
    private final Devices devices;
    private final ConfiguredDevices configured;
    private final EventIds ids;
    private final long maxBytes;

    GroupsResource(
            Groups groups,
            GroupWriter writer,
            Devices devices,
            ConfiguredDevices configured,
            LimitsConfig limits,
            Clock clock) {
        this.groups = groups;
        this.writer = writer;
        this.devices = devices;
        this.configured = configured;
        this.ids = new EventIds(clock);
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @GET
    @Operation(
            operationId = "groups",
            summary = "List groups",
            description = "The groups whose channels the caller may subscribe to, by id.")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only ids after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "attic")
    @APIResponse(
            responseCode = "200",
            description = "The groups",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = GroupList.class)))
    @APIResponse(responseCode = "503", description = "The log cannot be reached")
    public CompletionStage<GroupList> list(@Context RoutingContext context) {
        Call call = Call.of(context, "limit", "after");
        int limit = (int) call.query().number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Caller caller = call.caller();
        return groups.list(
                        caller.tenant(), Objects.requireNonNullElse(call.query().text("after"), ""), limit)
                .thenApply(page -> new GroupList(
                        page.groups().stream()
                                .filter(group -> caller.permissions()
                                        .allows(Verb.SUBSCRIBE, group.channel().channel()))
                                .map(GroupItem::of)
                                .toList(),
                        page.next()));
    }

    @GET
    @Path("/{group:.+}")
    @Operation(
            operationId = "group",
            summary = "Read a group",
            description =
                    "Who is in it. Needs subscribe on group: and its id, as subscribing to its channel does, where the"
                            + " changes of all its members are told.")
    @APIResponse(
            responseCode = "200",
            description = "The group",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = GroupItem.class)))
    @APIResponse(responseCode = "404", description = MISSING)
    public CompletionStage<GroupItem> read(
            @Parameter(description = GROUP, example = GROUP_EXAMPLE) @PathParam("group") String group,
            @Context RoutingContext context) {
        return known(groups.read(channel(Call.of(context), Verb.SUBSCRIBE, group)))
                .thenApply(GroupItem::of);
    }

    @PUT
    @Path("/{group:.+}")
    @Operation(
            operationId = "replaceGroup",
            summary = "Make a group, or change who is in it",
            description =
                    "Needs publish on group: and its id, and subscribe on each member: whoever may subscribe to the group"
                            + " hears of all of them.")
    @RequestBody(
            description = "Who is in it",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = GroupBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "lamps",
                                            summary = "One device",
                                            value = "{\"members\": [\"lamp\"]}")))
    @APIResponse(
            responseCode = "200",
            description = "The group as it is now",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = GroupItem.class)))
    @APIResponse(
            responseCode = "422",
            description =
                    "A member is no device that the caller may see, or is in 16 groups already, which the detail names; or"
                            + " the tenant has 1000 groups. Nothing was changed")
    public CompletionStage<GroupItem> replace(
            @Parameter(description = GROUP, example = GROUP_EXAMPLE) @PathParam("group") String group,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        ChannelKey channel = channel(call, Verb.PUBLISH, group);
        return call.body(maxBytes, MediaTypes.JSON)
                .thenCompose(body -> writer.write(
                        new Group(channel, Group.members(group, Json.parse(body).tree())), call.caller()))
                .thenApply(GroupItem::of);
    }

    @DELETE
    @Path("/{group:.+}")
    @Operation(
            operationId = "deleteGroup",
            summary = "Delete a group",
            description =
                    "Its devices stay as they are, and its channel keeps what was told there. Needs publish on group:"
                            + " and its id.")
    @APIResponse(
            responseCode = "200",
            description = "The group as it was",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = GroupItem.class)))
    @APIResponse(responseCode = "404", description = MISSING)
    public CompletionStage<GroupItem> delete(
            @Parameter(description = GROUP, example = GROUP_EXAMPLE) @PathParam("group") String group,
            @Context RoutingContext context) {
        ChannelKey channel = channel(Call.of(context), Verb.PUBLISH, group);
        return known(groups.read(channel))
                .thenCompose(was -> groups.delete(channel).thenApply(deleted -> GroupItem.of(was)));
    }

    @POST
    @Path("/{group:.+}")
    @Operation(
            operationId = "changeGroup",
            summary = "Change all devices of a group",
            description =
                    "Changes each as a call for it alone would, all at the same time, and answers how each ended when all"
                            + " have, or the time is over. Needs publish on group: and its id, and on each member: that of one which"
                            + " lacks it is forbidden.")
    @Parameter(
            name = "timeout_ms",
            in = ParameterIn.QUERY,
            description = "How long it may take, in ms; tidings.devices.timeout unless given",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "60000"),
            example = "5000")
    @Parameter(
            name = CAUSE,
            in = ParameterIn.QUERY,
            description = "The id of the event, command or alert that led to it; the events have it too",
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 128),
            example = "c-42")
    @RequestBody(
            description = "The members of their states that are to change; null removes one",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            minProperties = 1,
                                            description = "The members that are to change"),
                            examples = @ExampleObject(name = "dim", summary = "One member", value = "{\"level\": 30}")))
    @APIResponse(
            responseCode = "200",
            description = "How it ended for each",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = GroupChangeAnswer.class)))
    @APIResponse(responseCode = "404", description = MISSING)
    public CompletionStage<GroupChangeAnswer> change(
            @Parameter(description = GROUP, example = GROUP_EXAMPLE) @PathParam("group") String group,
            @Context RoutingContext context) {
        Call call = Call.of(context, "timeout_ms", CAUSE);
        ChannelKey channel = channel(call, Verb.PUBLISH, group);
        Duration patience = Duration.ofMillis(call.query()
                .number("timeout_ms", 1, LONGEST_MS, configured.timeout().toMillis()));
        String cause = call.query().text(CAUSE);
        return call.body(maxBytes, MediaTypes.JSON).thenCompose(body -> {
            ObjectNode change = Control.change(Json.parse(body).tree());
            long deadline = System.nanoTime() + patience.toNanos();
            return known(groups.read(channel, patience))
                    .thenCompose(known -> change(known, change, cause, deadline, call.caller()))
                    .thenApply(results -> new GroupChangeAnswer(Json.of(results).toString()));
        });
    }

    private CompletionStage<ObjectNode> change(
            Group group, ObjectNode change, @Nullable String cause, long deadline, Caller caller) {
        String id = ids.next();
        Duration patience = Duration.ofNanos(Math.max(MILLISECOND, deadline - System.nanoTime()));
        return GroupControl.change(
                group,
                devices,
                device -> caller.permissions().allows(Verb.PUBLISH, device.channel()),
                device -> new Control(device, change, id, false, cause, caller.subject(), patience));
    }

    private static CompletionStage<Group> known(CompletionStage<Optional<Group>> read) {
        return read.thenApply(
                group -> group.orElseThrow(() -> new Refused(ErrorCode.NOT_FOUND, "there is no such group")));
    }

    private static ChannelKey channel(Call call, Verb verb, String group) {
        return call.permitted(verb, Group.NAMESPACE + ':' + group);
    }
}
