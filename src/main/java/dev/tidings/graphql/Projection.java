package dev.tidings.graphql;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Frames;
import graphql.normalized.ExecutableNormalizedField;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription wants of each update, worked out of its document once: variables, fragments and directives are resolved.
 * Operations that want the same share one, and what was put into its form last. Safe on any thread.
 */
final class Projection extends EventForm {
    static final String EVENT = "Event";

    private final Wanted wanted;
    private final String opening;
    private final List<Selected> ofEvents;

    /** What went to the last operation goes to the next one mostly. */
    private volatile WeakReference<Encoded> last = new WeakReference<>(null);

    /**
     * By which such objects are the same.
     *
     * @param key of the update in the result
     * @param byType what is wanted of an update, by its type
     */
    record Wanted(String key, Map<String, List<Selected>> byType) {
        /** @throws dev.tidings.event.Invalid when something of it cannot be */
        static Wanted of(ExecutableNormalizedField root) {
            Map<String, List<Selected>> byType = new HashMap<>();
            for (ExecutableNormalizedField child : root.getChildren()) {
                Selected selected = Selected.of(child);
                for (String type : child.getObjectTypeNames()) {
                    byType.computeIfAbsent(type, each -> new ArrayList<>()).add(selected);
                }
            }
            return new Wanted(root.getResultKey(), byType);
        }
    }

    private record Encoded(Frames source, List<byte[]> results) {}

    Projection(Wanted wanted) {
        this.wanted = wanted;
        this.opening = "{\"data\":{\"" + wanted.key() + "\":{";
        this.ofEvents = wanted.byType().getOrDefault(EVENT, List.of());
    }

    /** The results that tell of these events, in the same order. */
    @Override
    public List<byte[]> messages(Frames frames) {
        Encoded known = last.get();
        if (known == null || !known.source().equals(frames)) {
            known = new Encoded(frames, super.messages(frames));
            last = new WeakReference<>(known);
        }
        return known.results();
    }

    /** The result that tells of an update that is no event. */
    JsonNode result(String type, ObjectNode update) {
        List<Selected> ofUpdate = wanted.byType().getOrDefault(type, List.of());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putObject("data").set(wanted.key(), Selected.project(ofUpdate, type, update));
        return result;
    }

    @Override
    protected byte[] encode(Event event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(event.payload().size() + 256);
        out.writeBytes(ascii(opening));
        char before = ' ';
        for (Selected each : ofEvents) {
            if (before == ',') {
                out.write(before);
            }
            before = ',';
            out.write('"');
            // Names in GraphQL, of channels and of events consist of characters that need no escaping.
            out.writeBytes(ascii(each.key()));
            out.write('"');
            out.write(':');
            write(each, event, out);
        }
        out.writeBytes(ascii("}}}"));
        return out.toByteArray();
    }

    private static void write(Selected field, Event event, ByteArrayOutputStream out) {
        switch (field.name()) {
            case "channel" -> quote(ascii(event.channel().name()), out);
            case "event" -> quote(ascii(event.type()), out);
            case "id" -> quote(escaped(event.id()), out);
            case "epoch" -> quote(escaped(event.position().epoch()), out);
            case "offset" -> out.writeBytes(ascii(Long.toString(event.offset())));
            case "timestamp" -> out.writeBytes(ascii(Long.toString(event.timestamp())));
            case "cause" -> quote(event.cause() == null ? null : escaped(event.cause()), out);
            case "payload" ->
                out.writeBytes(
                        field.at() == null
                                ? event.payload().utf8()
                                : Json.of(Selected.at(
                                                field.at(), event.payload().tree()))
                                        .utf8());
            case Selected.TYPE_NAME -> quote(ascii(EVENT), out);
            default -> throw new IllegalStateException("events have no " + field.name());
        }
    }

    private static void quote(byte @Nullable [] text, ByteArrayOutputStream out) {
        if (text == null) {
            out.writeBytes(ascii("null"));
            return;
        }
        out.write('"');
        out.writeBytes(text);
        out.write('"');
    }

    private static byte[] escaped(String text) {
        return JsonStringEncoder.getInstance().quoteAsUTF8(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
