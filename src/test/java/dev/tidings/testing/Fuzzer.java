package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes values that are as a schema has them, and spoils some: the same ones for the same seed.
 *
 * <p>What a schema only names a form for, such as channels, is taken from a few that are right, so that calls meet each other.
 */
public final class Fuzzer {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Stands for half of a surrogate pair, which no string of Java's can carry to the wire. */
    private static final String HALF = "@half@";

    private static final List<String> CHANNELS =
            List.of("fuzz:1", "fuzz:2", "fuzz:a/b", "agent:42", "device:motor_01", "user:ada", "room:1", "system");

    private static final Map<String, List<String>> RIGHT = Map.of(
            "Channel", CHANNELS,
            "Target", List.of("fuzz:1", "fuzz:2", "agent:42", "fuzz:*", "fuzz:a*", "agent:*", "room:1"),
            "EventType", List.of("a.b", "agent.started", "state.changed", "state.deleted", "x"),
            "EventId", List.of("e1", "e2", "e3", "e4", "0190f1c2-7c1a"),
            "Cause", List.of("c1", "e1"),
            "Epoch", List.of("k1", "1-1", "nonsense"));

    private static final List<String> STRANGE = List.of(
            "",
            " ",
            "\u0000",
            "*",
            "a:*",
            "*:*",
            "fuzz:1:2",
            "Fuzz:1",
            "../../etc/passwd",
            "fuzz:\u00e9",
            "\ud83d\ude00",
            HALF,
            "{\"type\":\"ping\"}",
            "'; DROP TABLE events; --",
            "%00%0d%0aX: y",
            "\r\nINFO forged",
            "${jndi:ldap://127.0.0.1/a}",
            "null",
            "true",
            "-1",
            "NaN",
            "~2",
            "/payload/~3");

    private final Random random;
    private final JsonNode root;

    /** @param root of the description to which references lead */
    public Fuzzer(long seed, JsonNode root) {
        this.random = new Random(seed);
        this.root = root;
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** A value as the schema has it. */
    public JsonNode valueOf(JsonNode schema) {
        return valueOf(schema, 0);
    }

    private JsonNode valueOf(JsonNode schema, int depth) {
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").asText();
            List<String> right = RIGHT.get(reference.substring(reference.lastIndexOf('/') + 1));
            return right == null ? valueOf(root.at(reference.substring(1)), depth + 1) : JSON.textNode(pick(right));
        }
        for (String one : List.of("const", "enum", "oneOf", "allOf")) {
            if (schema.has(one) && !schema.has("properties")) {
                return alternative(schema, one, depth);
            }
        }
        return switch (schema.path("type").asText()) {
            case "object" -> object(schema, depth);
            case "array" -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = random.nextInt(depth > 6 ? 1 : 4); i > 0; i--) {
                    array.add(valueOf(schema.path("items"), depth + 1));
                }
                yield array;
            }
            case "integer" -> JSON.numberNode(schema.path("minimum").asLong() + random.nextInt(50));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "string" -> JSON.textNode(pick(List.of("a", "ok", "/payload/n", "agent.*", "*")));
            default -> anything(depth);
        };
    }

    private JsonNode alternative(JsonNode schema, String kind, int depth) {
        return switch (kind) {
            case "const" -> schema.get("const");
            case "enum" ->
                schema.get("enum").get(random.nextInt(schema.get("enum").size()));
            case "allOf" -> valueOf(schema.at("/allOf/0"), depth + 1);
            // The first is a leaf, where a schema has itself inside.
            default ->
                valueOf(
                        schema.get(kind)
                                .get(
                                        depth > 6
                                                ? 0
                                                : random.nextInt(
                                                        schema.get(kind).size())),
                        depth + 1);
        };
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").properties().forEach(member -> {
            if (required.contains(member.getKey()) || random.nextBoolean()) {
                object.set(member.getKey(), valueOf(member.getValue(), depth + 1));
            }
        });
        return object;
    }

    /** Any JSON at all. */
    public JsonNode anything(int depth) {
        return switch (random.nextInt(depth > 4 ? 6 : 9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> number();
            case 3, 4 -> JSON.textNode(pick(STRANGE));
            case 5 -> JSON.textNode(pick(CHANNELS));
            case 6 -> JSON.arrayNode().add(anything(depth + 1)).add(anything(depth + 1));
            default ->
                JSON.objectNode()
                        .<ObjectNode>set(pick(List.of("a", "n", "patch", "")), anything(depth + 1))
                        .set("status", anything(depth + 1));
        };
    }

    private JsonNode number() {
        return switch (random.nextInt(6)) {
            case 0 -> JSON.numberNode(-1);
            case 1 -> JSON.numberNode(Long.MAX_VALUE);
            case 2 -> JSON.numberNode(BigInteger.TEN.pow(30 + random.nextInt(300)));
            case 3 -> JSON.numberNode(new BigDecimal("1e-400"));
            case 4 -> JSON.numberNode(0.5);
            default -> JSON.numberNode(random.nextInt(100));
        };
    }

    /** The same value, or one like it with some parts taken away, replaced or added. */
    public JsonNode spoilt(JsonNode value) {
        JsonNode spoilt = value.deepCopy();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            List<JsonNode> containers = new ArrayList<>();
            collect(spoilt, containers);
            if (!containers.isEmpty()) {
                spoil(pick(containers));
            }
        }
        return spoilt;
    }

    private static void collect(JsonNode value, List<JsonNode> containers) {
        if (value.isContainerNode()) {
            containers.add(value);
            value.forEach(each -> collect(each, containers));
        }
    }

    private void spoil(JsonNode container) {
        if (container instanceof ArrayNode array) {
            array.add(odd());
        } else if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || chance(0.2) ? pick(STRANGE) : pick(names);
            if (chance(0.25)) {
                object.remove(name);
            } else {
                object.set(name, odd());
            }
        }
    }

    private JsonNode odd() {
        return switch (random.nextInt(20)) {
            case 0 -> JSON.textNode("x".repeat(100 + random.nextInt(5000)));
            case 1 -> deep(2 + random.nextInt(150));
            default -> anything(0);
        };
    }

    private JsonNode deep(int levels) {
        JsonNode inner = JSON.nullNode();
        for (int i = 0; i < levels; i++) {
            inner = random.nextBoolean()
                    ? JSON.arrayNode().add(inner)
                    : JSON.objectNode().set("not", inner);
        }
        return inner;
    }

    /** As JSON text. */
    public static String text(JsonNode value) {
        return value.toString().replace(HALF, "\\ud800");
    }

    /** The same text with a character lost, doubled, or another in its place. */
    public String torn(String text) {
        int at = random.nextInt(Math.max(1, text.length()));
        String rest = text.substring(Math.min(text.length(), at + 1));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + rest;
            case 2 -> text.substring(0, at) + pick(List.of("{", "\"", "\u0000", ",", "]", "\\", "9")) + rest;
            default -> text + pick(List.of("}", " {}", "\n", "x"));
        };
    }

    /** The same bytes with a few of them other ones. */
    public byte[] torn(byte[] bytes) {
        byte[] torn = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && torn.length > 0; i--) {
            torn[random.nextInt(torn.length)] = (byte) random.nextInt(256);
        }
        return torn;
    }

    /** A value for where text is wanted: a right one or a strange one. */
    public String words() {
        return chance(0.5) ? pick(CHANNELS) : pick(STRANGE).replace(HALF, "\ufffd");
    }
}
