package dev.tidings.dialect.projects;

import dev.tidings.event.Event;
import dev.tidings.protocol.EventForm;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Events as dashboards know them: {@code {type, projectId, payload, timestamp}}, whatever their type. */
final class ProjectEvents extends EventForm {
    static final ProjectEvents FORM = new ProjectEvents();

    private static final byte[] TYPE = ascii("{\"type\":\"");
    private static final byte[] PROJECT = ascii("\",\"projectId\":\"");
    private static final byte[] PAYLOAD = ascii("\",\"payload\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");

    private ProjectEvents() {}

    @Override
    protected byte[] encode(Event event) {
        byte[] payload = event.payload().utf8();
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 128);
        out.writeBytes(TYPE);
        // Types and channels consist of characters that need no escaping.
        out.writeBytes(ascii(event.type()));
        out.writeBytes(PROJECT);
        out.writeBytes(ascii(event.channel().id()));
        out.writeBytes(PAYLOAD);
        out.writeBytes(payload);
        out.writeBytes(TIMESTAMP);
        out.writeBytes(ascii(Long.toString(event.timestamp())));
        out.write('}');
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
