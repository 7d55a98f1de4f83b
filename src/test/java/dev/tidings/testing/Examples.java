package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Holds JSON as a page shows it against JSON as it came. {@code …} stands for what is left out: the rest of a text, a value, or
 * further members. Times, ids and epochs are others each time: what the page shows of the latter is taken for what came, and has to
 * be the same from then on.
 */
public final class Examples {
    /** What is another one each time. */
    private static final Set<String> EACH_TIME = Set.of(
            "at",
            "cause",
            "command",
            "connection",
            "cursor",
            "epoch",
            "event_id",
            "expires_at",
            "id",
            "raised_at",
            "since",
            "t",
            "timestamp");

    private static final String REST = "…";

    /** What the page shows, and what it was. */
    private final Map<JsonNode, JsonNode> known = new HashMap<>();

    private final Map<String, String> replaced = new HashMap<>();

    /** Says what a text of the page is, such as a token. */
    public Examples with(String shown, String real) {
        replaced.put(shown, real);
        return this;
    }

    /** The documents that stand one after the other in a text. */
    public static List<JsonNode> read(String text) {
        try (MappingIterator<JsonNode> documents =
                WsClient.JSON.readerFor(JsonNode.class).readValues(complete(text))) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** JSON whose gaps are texts and members: {@code "…"}. */
    private static String complete(String text) {
        StringBuilder whole = new StringBuilder();
        Deque<Character> open = new ArrayDeque<>();
        boolean quoted = false;
        char before = ' ';
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            }
            if (quoted || each != '…') {
                whole.append(each);
            } else {
                boolean isMember = before != ':' && !open.isEmpty() && open.peek() == '{';
                whole.append(isMember ? "\"…\":\"…\"" : "\"…\"");
            }
            if (!quoted && (each == '{' || each == '[')) {
                open.push(each);
            } else if (!quoted && (each == '}' || each == ']') && !open.isEmpty()) {
                open.pop();
            }
            before = Character.isWhitespace(each) ? before : each;
        }
        return whole.toString();
    }

    /** What a page says that is sent, as it has to be sent now. */
    public JsonNode real(JsonNode shown) {
        if (shown instanceof ObjectNode object) {
            ObjectNode real = object.objectNode();
            object.properties().forEach(member -> real.set(member.getKey(), real(member.getValue())));
            return real;
        }
        if (shown instanceof ArrayNode array) {
            ArrayNode real = array.arrayNode();
            array.forEach(each -> real.add(real(each)));
            return real;
        }
        if (shown.isTextual() && replaced.containsKey(shown.asText())) {
            return new TextNode(replaced.get(shown.asText()));
        }
        return known.getOrDefault(shown, shown);
    }

    /** Whether that is what the page shows; if so, what it shows is known from then on. */
    public boolean fits(JsonNode shown, JsonNode real) {
        Map<JsonNode, JsonNode> learnt = new HashMap<>();
        boolean fits = fits("", shown, real, learnt);
        if (fits) {
            known.putAll(learnt);
        }
        return fits;
    }

    private boolean fits(String name, JsonNode shown, JsonNode real, Map<JsonNode, JsonNode> learnt) {
        if (isRest(shown)) {
            return !real.isMissingNode();
        }
        if (shown.isObject()) {
            boolean isOpen = shown.has(REST);
            return real.isObject()
                    && (isOpen || real.size() == shown.size())
                    && shown.properties().stream()
                            .filter(member -> !member.getKey().equals(REST))
                            .allMatch(member ->
                                    fits(member.getKey(), member.getValue(), real.path(member.getKey()), learnt));
        }
        if (shown.isArray()) {
            List<JsonNode> elements =
                    StreamSupport.stream(shown.spliterator(), false).toList();
            boolean isOpen = !elements.isEmpty() && isRest(elements.getLast());
            List<JsonNode> said = isOpen ? elements.subList(0, elements.size() - 1) : elements;
            return real.isArray()
                    && (isOpen ? real.size() >= said.size() : real.size() == said.size())
                    && IntStream.range(0, said.size()).allMatch(i -> fits(name, said.get(i), real.path(i), learnt));
        }
        return fitsValue(name, shown, real, learnt);
    }

    private boolean fitsValue(String name, JsonNode shown, JsonNode real, Map<JsonNode, JsonNode> learnt) {
        JsonNode expected = known.getOrDefault(shown, learnt.get(shown));
        if (real.equals(expected) || real.equals(shown)) {
            return true;
        }
        if (EACH_TIME.contains(name) && shown.isNumber() && real.isNumber()) {
            return true;
        }
        if (expected == null && EACH_TIME.contains(name) && shown.isTextual() && real.isTextual()) {
            learnt.put(shown, real);
            return true;
        }
        if (shown.isTextual() && shown.asText().contains(REST) && real.isTextual()) {
            return real.asText().matches("(?s)" + Pattern.quote(shown.asText()).replace(REST, "\\E.*\\Q"));
        }
        return shown.isNumber() && real.isNumber() && shown.decimalValue().compareTo(real.decimalValue()) == 0;
    }

    private static boolean isRest(JsonNode shown) {
        return shown.isTextual() && shown.asText().equals(REST);
    }
}
