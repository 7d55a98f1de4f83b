package dev.tidings.device.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import org.jspecify.annotations.Nullable;

/** What a device says after it was told something, until it has said that it is so. */
final class Confirmation {
    private final ObjectNode change;
    private ObjectNode said;

    /** @param change what it was told: a merge patch */
    Confirmation(ObjectNode change) {
        this(change, Json.MAPPER.createObjectNode());
    }

    private Confirmation(ObjectNode change, ObjectNode said) {
        this.change = change;
        this.said = said;
    }

    /** That of what it is told next, with everything it has said. */
    Confirmation of(ObjectNode next) {
        return new Confirmation(next, said);
    }

    /** Everything it has said, as a merge patch. */
    ObjectNode said() {
        return said;
    }

    /** Takes what it says, and answers whether all that it was told is so now. */
    boolean hears(ObjectNode state) {
        // Put together, not applied: a null that it says is to be passed on.
        said = merged(said, state);
        return MergePatch.same(MergePatch.withoutNulls(MergePatch.apply(said, change)), MergePatch.withoutNulls(said));
    }

    /** Two merge patches as one. */
    static ObjectNode merged(ObjectNode first, ObjectNode second) {
        ObjectNode both = first.deepCopy();
        second.properties().forEach(member -> {
            JsonNode after = member.getValue();
            both.set(
                    member.getKey(),
                    both.get(member.getKey()) instanceof ObjectNode before && after instanceof ObjectNode object
                            ? merged(before, object)
                            : after);
        });
        return both;
    }

    /** The object that is a payload; null when it is none. */
    static @Nullable ObjectNode objectIn(byte[] payload, int maxSize) {
        if (payload.length == 0 || payload.length > maxSize) {
            return null;
        }
        try {
            return Json.parse(payload).tree() instanceof ObjectNode object ? object : null;
        } catch (Invalid e) {
            return null;
        }
    }
}
