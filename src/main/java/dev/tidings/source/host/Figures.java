package dev.tidings.source.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Where the figures of a machine come from. */
interface Figures {
    /**
     * Writes the figures as they are now; rates are since the last call, or of a moment if there was none.
     *
     * @throws IOException when they cannot be had
     */
    void write(ObjectNode state) throws IOException, InterruptedException;
}
