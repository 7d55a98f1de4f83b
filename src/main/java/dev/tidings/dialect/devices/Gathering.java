package dev.tidings.dialect.devices;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.dialect.Words;
import dev.tidings.protocol.ServerMessage.ChannelState;
import java.util.List;

/** The status of all devices, while it is being put together of the answers for several patterns. */
final class Gathering {
    private final ObjectNode devices = JsonNodeFactory.instance.objectNode();
    private int missing;

    /** @param answers how many have to come */
    Gathering(int answers) {
        this.missing = answers;
    }

    /** One answer more; true when that is all. */
    boolean add(List<ChannelState> states) {
        states.forEach(
                each -> devices.set(each.channel().id(), each.state().data().tree()));
        return --missing == 0;
    }

    ObjectNode words() {
        ObjectNode words = Words.ofType("all_devices_status");
        words.set("devices", devices);
        return words;
    }
}
