package dev.tidings.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an event {@code state.changed} says.
 *
 * @param patch turns the old state into the new one (RFC 7396)
 * @param previous what the members that changed held before, null where a member was absent
 */
public record StateChange(ObjectNode patch, ObjectNode previous) {
    /** From such an event's payload. */
    public static StateChange of(Json payload) {
        JsonNode tree = payload.tree();
        return tree.path("patch") instanceof ObjectNode patch && tree.path("previous") instanceof ObjectNode previous
                ? new StateChange(patch, previous)
                : new StateChange(JsonNodeFactory.instance.objectNode(), JsonNodeFactory.instance.objectNode());
    }

    /** As such an event's payload. */
    public Json toPayload() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.set("patch", patch);
        payload.set("previous", previous);
        return Json.of(payload);
    }

    /**
     * This change and the next one as one. The states are not needed for that: what both changes say of the state between
     * them is all that they touch of it, and from there the one leads back and the other on.
     */
    public StateChange then(StateChange next) {
        JsonNode between = MergePatch.apply(MergePatch.withoutNulls(next.previous), patch);
        JsonNode before = MergePatch.apply(between, previous);
        ObjectNode both = MergePatch.between(before, MergePatch.apply(between, next.patch));
        return new StateChange(both, MergePatch.previous(before, both));
    }
}
